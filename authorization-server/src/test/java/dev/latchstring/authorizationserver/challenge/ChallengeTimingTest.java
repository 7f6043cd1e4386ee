package dev.latchstring.authorizationserver.challenge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;

/**
 * People and people nobody knows, told apart by a clock: pairs by turns over one kept connection,
 * and Welch's t of each step. It takes long and wants a quiet machine:
 *
 * <pre>
 *   ./mvnw -Dtiming=10000 -pl authorization-server -am test \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dtest=ChallengeTimingTest
 * </pre>
 */
@Isolated
@EnabledIfSystemProperty(named = "timing", matches = "[0-9]+")
class ChallengeTimingTest {
  private static final double BAR = 4.5;
  private static final int PEOPLE = 400;
  private static final int WARM_UP = 300;
  private static final List<String> KINDS =
      List.of("ssn", "password", "pin", "sms", "totp", "passkey", "approval");

  private final Random random = new Random(1);

  @Test
  void noStepTakesLongerForPeopleThanForOthers() throws Exception {
    compare("accounts, idle", false);
  }

  @Test
  void norWhileOthersCall() throws Exception {
    compare("accounts, under load", true);
  }

  private static String yaml() {
    StringBuilder accounts = new StringBuilder("accounts:\n");
    for (int i = 0; i < PEOPLE; i++) {
      accounts.append(
          """
            - username: known%1$04d
              password: "correct horse"
              attributes:
                name: "%2$s Known"
                birthdate: "19%3$02d-03-03"
                ssn_last4: "%1$04d"
                phone_number: "+1415555%1$04d"
          """
              .formatted(i, name(i), 10 + i % 80));
    }
    StringBuilder contexts = new StringBuilder();
    for (String kind : KINDS) {
      contexts.append(
          "    - { acr: \"urn:try:%s\", steps: [identity, %s], scopes: [appointments] }\n"
              .formatted(kind, kind));
    }
    String yaml = PhoneLine.YAML;
    int from = yaml.indexOf("accounts:");
    int to = yaml.indexOf("resources:");
    return yaml.substring(0, from) + accounts + yaml.substring(to) + contexts;
  }

  private static String name(int i) {
    return "N" + (char) ('a' + i % 26) + (char) ('a' + i / 26 % 26) + (char) ('a' + i / 676);
  }

  private void compare(String what, boolean load) throws Exception {
    int pairs = Integer.getInteger("timing", 10_000);
    AtomicBoolean over = new AtomicBoolean();
    try (PhoneLine line = PhoneLine.open(DatabaseKind.SQLITE, yaml());
        Connection connection = new Connection(line.server)) {
      Thread caller = Thread.ofPlatform().start(() -> call(line, over, load));
      Map<String, Welch> steps = new LinkedHashMap<>();
      for (int i = -WARM_UP; i < pairs; i++) {
        for (String kind : KINDS) {
          boolean knownFirst = random.nextBoolean();
          pass(connection, steps, kind, i, knownFirst);
          pass(connection, steps, kind, i, !knownFirst);
        }
        if (i == -1) {
          steps.clear();
        }
        if (i % 20 == 0) {
          line.server.clock().advance(Duration.ofHours(2));
        }
      }
      over.set(true);
      caller.join();
      steps.forEach((step, welch) -> System.out.println(what + ": " + step + " " + welch));
      steps.forEach(
          (step, welch) -> assertThat(Math.abs(welch.t())).as(what + ": " + step).isLessThan(BAR));
    }
  }

  /** Others call at the same time. */
  private static void call(PhoneLine line, AtomicBoolean over, boolean load) {
    while (load && !over.get()) {
      line.answer(line.begin("acr_values", "urn:try:ssn"), "name", "X Y", "birthdate", "1/1/1990");
    }
  }

  private static void pass(
      Connection connection, Map<String, Welch> steps, String kind, int i, boolean known) {
    int who = Math.floorMod(i, PEOPLE);
    String name = name(who) + (known ? " Known" : " Knoan");
    String birthdate = "03/03/19%02d".formatted(10 + who % 80);
    JsonNode begun =
        connection.send(PhoneLine.with(PhoneLine.beginning(), "acr_values", "urn:try:" + kind));
    String session = begun.path("auth_session").asString();
    String[] identity = answer(session, "identity", Map.of("name", name, "birthdate", birthdate));
    String[] wrong = answer(session, kind, wrong(kind));
    long start = System.nanoTime();
    JsonNode asked = connection.send(identity);
    long identified = System.nanoTime();
    JsonNode answered = connection.send(wrong);
    long end = System.nanoTime();
    if (!asked.at("/step/id").asString("").equals(kind)
        || !answered.at("/step/reason").asString("").matches("no_match|pending")) {
      throw new AssertionError(kind + ": " + asked + answered);
    }
    steps
        .computeIfAbsent("identity, then " + kind, ignored -> new Welch())
        .add(known, identified - start);
    steps.computeIfAbsent(kind, ignored -> new Welch()).add(known, end - identified);
  }

  private static String[] answer(String session, String step, Map<String, String> answer) {
    return new String[] {
      "response_type", "code", "auth_session", session, "step", step, "answer", Json.write(answer)
    };
  }

  private static Map<String, String> wrong(String kind) {
    return switch (kind) {
      case "ssn" -> Map.of("ssn_last4", "9999");
      case "password" -> Map.of("password", "wrong");
      case "pin" -> Map.of("pin", "9999");
      case "passkey" -> Map.of("credential", NothingTellsTest.credential(1));
      case "approval" -> Map.of();
      default -> Map.of("code", "999999");
    };
  }

  /** Samples of two kinds; the slowest hundredth of both is what the machine did besides. */
  private static final class Welch {
    private final java.util.ArrayList<Long> known = new java.util.ArrayList<>();
    private final java.util.ArrayList<Long> unknown = new java.util.ArrayList<>();

    void add(boolean isKnown, long nanos) {
      (isKnown ? known : unknown).add(nanos);
    }

    double t() {
      double[] a = stats(known);
      double[] b = stats(unknown);
      return (a[0] - b[0]) / Math.sqrt(a[1] / a[2] + b[1] / b[2]);
    }

    /** Of those that are not slower than the slowest hundredth of both: mean, variance, count. */
    private double[] stats(List<Long> samples) {
      java.util.ArrayList<Long> all = new java.util.ArrayList<>(known);
      all.addAll(unknown);
      all.sort(null);
      long most = all.get(all.size() * 99 / 100);
      double[] kept =
          samples.stream().filter(nanos -> nanos <= most).mapToDouble(Long::doubleValue).toArray();
      double mean = java.util.Arrays.stream(kept).average().orElse(0);
      double variance =
          java.util.Arrays.stream(kept).map(one -> (one - mean) * (one - mean)).sum()
              / (kept.length - 1);
      return new double[] {mean, variance, kept.length};
    }

    @Override
    public String toString() {
      return "t = %.2f, %.1f and %.1f us, %d pairs"
          .formatted(t(), stats(known)[0] / 1000, stats(unknown)[0] / 1000, known.size());
    }
  }

  /** A kept connection, with as little of its own in the way as there can be. */
  private static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final String head;

    Connection(RunningServer server) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), server.server().port());
      socket.setTcpNoDelay(true);
      out = socket.getOutputStream();
      in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
      head =
          "POST "
              + PhoneLine.PATH
              + " HTTP/1.1\r\nHost: localhost:"
              + server.server().port()
              + "\r\nAuthorization: "
              + RunningServer.basic(PhoneLine.AGENT, PhoneLine.SECRET)
              + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ";
    }

    JsonNode send(String... parameters) {
      byte[] body = FormParameters.encode(RunningServer.form(parameters)).getBytes(UTF_8);
      try {
        out.write((head + body.length + "\r\n\r\n" + new String(body, UTF_8)).getBytes(UTF_8));
        int length = -1;
        for (String header = readLine(); !header.isEmpty(); header = readLine()) {
          if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
            length = Integer.parseInt(header.substring(15).strip());
          }
        }
        byte[] answer = new byte[length];
        in.readFully(answer);
        return Json.readTree(new String(answer, UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private String readLine() throws IOException {
      StringBuilder text = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("closed");
        }
        text.append((char) c);
      }
      return text.toString().strip();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}

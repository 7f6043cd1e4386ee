package dev.latchstring.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Logins by challenge, over and over: a connection and a person for each thread. A login is three
 * requests: one that begins, one that says who it is, one that proves it.
 *
 * @param acr the context, {@code knowledge} or {@code password}
 */
record ChallengeLoad(int port, String acr) {
  /** The requests of a login. */
  static final int STEPS = 3;

  /** RFC 7636 appendix B. */
  private static final String CODE_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private static final Pattern SESSION = Pattern.compile("\"auth_session\":\"([^\"]+)\"");

  /**
   * What was measured.
   *
   * @param millis of each request, sorted: all of them, and those that prove something
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Outcome(double seconds, double[] millis, double[] provingMillis) {
    double stepsPerSecond() {
      return millis.length / seconds;
    }

    int logins() {
      return provingMillis.length;
    }

    static double percentile(double[] sorted, int percent) {
      return sorted.length == 0
          ? Double.NaN
          : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }
  }

  private record Timed(List<Double> asking, List<Double> proving) {}

  /**
   * @throws IOException where an answer is not the one that is expected
   */
  Outcome run(int connections, int seconds) throws IOException, InterruptedException {
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<Timed>> running = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        int person = i;
        running.add(threads.submit(() -> logins(person, end)));
      }
      List<Double> all = new ArrayList<>();
      List<Double> proving = new ArrayList<>();
      for (Future<Timed> future : running) {
        Timed timed = future.get();
        all.addAll(timed.asking());
        all.addAll(timed.proving());
        proving.addAll(timed.proving());
      }
      return new Outcome((System.nanoTime() - start) / 1e9, sorted(all), sorted(proving));
    } catch (ExecutionException e) {
      throw new IOException("a login failed: " + e.getMessage(), e);
    }
  }

  private static double[] sorted(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  private Timed logins(int person, long end) throws IOException {
    Timed timed = new Timed(new ArrayList<>(), new ArrayList<>());
    boolean password = acr.equals("password");
    String proof =
        password
            ? answer("password", ChallengeServe.password(person))
            : answer("ssn_last4", ChallengeServe.digits(person));
    try (Socket socket = new Request(port).connect()) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (System.nanoTime() < end) {
        String begun =
            send(
                socket,
                in,
                "&scope=clinic%3Aread&resource=http%3A%2F%2Flocalhost%3A9100%2Fmcp&acr_values="
                    + acr
                    + "&code_challenge_method=S256&code_challenge="
                    + CODE_CHALLENGE,
                403,
                timed.asking());
        String asked =
            send(
                socket,
                in,
                "&step=username&answer="
                    + answer("username", ChallengeServe.username(person))
                    + "&auth_session="
                    + begun,
                403,
                timed.asking());
        send(
            socket,
            in,
            "&step="
                + (password ? "password" : "digits")
                + "&answer="
                + proof
                + "&auth_session="
                + asked,
            200,
            timed.proving());
      }
    }
    return timed;
  }

  private static String answer(String name, String value) {
    return URLEncoder.encode("{\"%s\":\"%s\"}".formatted(name, value), UTF_8);
  }

  /** Sends a request; the session of the answer. */
  private String send(
      Socket socket, InputStream in, String parameters, int expected, List<Double> millis)
      throws IOException {
    byte[] body = ("response_type=code" + parameters).getBytes(US_ASCII);
    byte[] head =
        ("POST /authorize/challenge HTTP/1.1\r\nHost: localhost:"
                + port
                + "\r\nAuthorization: "
                + Request.AUTHORIZATION
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(US_ASCII);
    byte[] request = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    long start = System.nanoTime();
    socket.getOutputStream().write(request);
    int status = 0;
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (status == 0) {
        status = Integer.parseInt(line.split(" ", 3)[1]);
      } else if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    String text = new String(in.readNBytes(length), UTF_8);
    millis.add((System.nanoTime() - start) / 1e6);
    Matcher session = SESSION.matcher(text);
    if (status != expected || !session.find()) {
      throw new IOException(status + " " + text);
    }
    return session.group(1);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}

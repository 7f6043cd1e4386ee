package dev.latchstring.client.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Request;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that are killed at any moment of a refresh or a login ({@code -Dkills=200} for two
 * hundred), against a server that rotates: a refresh token is good once, and once more for the same
 * successor, as the grace of {@code latch serve} has it.
 */
@Timeout(600)
class KilledProcessesTest {
  private static final int KILLS = Integer.getInteger("kills", 8);

  @TempDir Path home;
  private final Protected clinic = new Protected();
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final AtomicInteger rotations = new AtomicInteger();
  private final AtomicInteger lostAnswers = new AtomicInteger();
  private final AtomicInteger codes = new AtomicInteger();
  private final Set<String> redeemed = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void serve() {
    clinic.onRefresh = this::rotate;
    clinic.server.on("/device", request -> Answer.json(200, device()));
    clinic.server.on(
        "/token",
        request ->
            request.form().required("grant_type").equals("refresh_token")
                ? rotate(request)
                : redeem(request));
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  private synchronized Answer rotate(Request request) {
    int presented = Integer.parseInt(request.form().required("refresh_token").substring(8));
    if (presented == rotations.get()) {
      rotations.incrementAndGet();
    } else if (presented == rotations.get() - 1) {
      lostAnswers.incrementAndGet();
    } else {
      return Answer.error("invalid_grant");
    }
    return tokens("access-" + rotations.get(), "refresh-" + rotations.get());
  }

  private Map<String, Object> device() {
    Map<String, Object> device = clinic.device();
    device.put("device_code", "device-" + codes.incrementAndGet());
    return device;
  }

  private Answer redeem(Request request) {
    return redeemed.add(request.form().required("device_code"))
        ? tokens("access-" + rotations.get(), "refresh-" + rotations.get())
        : Answer.error("invalid_grant");
  }

  /** Tokens that are used up as soon as they are there, so that each use refreshes. */
  private static Answer tokens(String access, String refresh) {
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("access_token", access);
    tokens.put("token_type", "bearer");
    tokens.put("expires_in", 0);
    tokens.put("refresh_token", refresh);
    return Answer.json(200, tokens);
  }

  private LatchClient client() {
    return LatchClient.using(
            new EncryptedFileTokenStore(
                home.resolve("data"), home.resolve("config"), null, new SecureRandom()))
        .build();
  }

  private void logIn(Account account) {
    LoginOutcome outcome = account.login(LoginOptions.DEFAULT.by(FlowName.DEVICE)).run(code -> {});
    ((LoginOutcome.Approved) outcome).approval().confirm();
  }

  private void killOne(String what, int round, int within) throws Exception {
    Path output = home.resolve(what + "-" + round);
    Process victim =
        ChildProcess.start(output, what, clinic.server.uri("/mcp").toString(), home.toString());
    String first = what.equals("refresh") ? "token " : "code ";
    Await.until("the process works", () -> says(output, first));
    long moment = random.nextLong(TimeUnit.MILLISECONDS.toMicros(within));
    assertThat(victim.waitFor(moment, TimeUnit.MICROSECONDS))
        .as(Files.readString(output))
        .isFalse();
    victim.destroyForcibly().waitFor();
  }

  private static boolean says(Path output, String words) {
    try {
      return Files.exists(output) && Files.readString(output).contains(words);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void a_process_killed_at_any_moment_of_a_refresh_leaves_a_login_that_the_next_uses()
      throws Exception {
    try (LatchClient client = client()) {
      logIn(client.account(clinic.server.uri("/mcp")));
    }
    for (int round = 0; round < KILLS; round++) {
      killOne("refresh", round, 40);
      try (LatchClient next = client()) {
        assertThat(next.stored().damaged()).isEmpty();
        assertThat(next.account(clinic.server.uri("/mcp")).tokens().token().value())
            .as("seed %d, round %d", seed, round)
            .isEqualTo("access-" + rotations.get());
      }
    }
    System.err.println(
        "killed " + KILLS + " of " + rotations + " refreshes, lost answers: " + lostAnswers);
  }

  @Test
  void a_process_killed_at_any_moment_of_a_login_leaves_a_store_that_the_next_logs_in_with()
      throws Exception {
    int again = 0;
    for (int round = 0; round < KILLS; round++) {
      killOne("login", round, 1500);
      try (LatchClient next = client()) {
        Account account = next.account(clinic.server.uri("/mcp"));
        assertThat(next.stored().damaged()).isEmpty();
        try {
          logIn(account);
        } catch (ClientException e) {
          // The answer was lost with the process: the code is spent, and another is to be had.
          assertThat(e.problem()).as("%s", e).isEqualTo(Problem.REFUSED);
          again++;
          logIn(account);
        }
        assertThat(account.tokens().token().value()).isEqualTo("access-" + rotations.get());
        assertThat(next.stored().pending()).as("seed %d, round %d", seed, round).isEmpty();
      }
    }
    System.err.println(
        "killed " + KILLS + " of " + codes + " logins, codes that were spent: " + again);
  }
}

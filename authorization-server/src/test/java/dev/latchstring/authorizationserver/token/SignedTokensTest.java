package dev.latchstring.authorizationserver.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.token.SignedTokens.Sight;
import dev.latchstring.oauth.Secrets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is remembered of the tokens that were signed here, and what that is good for. */
class SignedTokensTest {
  private static byte[] hash(int number) {
    return Secrets.sha256("token " + number);
  }

  @Test
  void itKnowsWhatItSignedLatelyAndNothingElse() {
    SignedTokens signed = new SignedTokens();
    for (int i = 0; i < 100_000; i++) {
      signed.add(hash(i));
    }
    int known = 0;
    for (int i = 0; i < 100_000; i++) {
      known += signed.present(hash(i)) == Sight.FIRST ? 1 : 0;
    }

    assertThat(known).as("some places were full").isBetween(99_000, 100_000);
    assertThat(signed.present(hash(99_999))).isEqualTo(Sight.AGAIN);
    for (int i = 100_000; i < 200_000; i++) {
      assertThat(signed.present(hash(i))).isEqualTo(Sight.UNKNOWN);
    }
  }

  @Test
  void manySignAtOnce() throws Exception {
    SignedTokens signed = new SignedTokens();
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int thread = 0; thread < 8; thread++) {
        int from = thread * 1000;
        var unused =
            threads.submit(() -> {
              start.await();
              for (int i = from; i < from + 1000; i++) {
                signed.add(hash(i));
              }
              return null;
            });
      }
      start.countDown();
      threads.shutdown();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
    for (int i = 0; i < 8000; i++) {
      assertThat(signed.present(hash(i))).isEqualTo(Sight.FIRST);
    }
  }

  @Test
  void aTokenIsKnownWhereItWasSignedAndWhereItWasNot() {
    DatabaseConfiguration database = DatabaseKind.SQLITE.fresh();
    String yaml = "issuer: http://localhost:9400\n" + RunningServer.CLINIC_YAML;
    try (RunningServer one =
        RunningServer.start(
            database,
            yaml,
            new dev.latchstring.authorizationserver.store.TestClock(),
            RunningServer.directory())) {
      Answer issued =
          one.asCiJob(
              "/token", "grant_type", "client_credentials", "resource", RunningServer.CLINIC);
      String token = issued.text("access_token");
      String signature = token.substring(token.lastIndexOf('.') + 1);
      String other = token.substring(0, token.length() - signature.length()) + "A".repeat(86);

      String first = one.introspect(token).toString();
      assertThat(first).contains("\"active\":true");
      assertThat(one.introspect(token)).as("read again, and kept").hasToString(first);
      assertThat(one.introspect(token)).as("what was kept").hasToString(first);
      assertThat(one.introspect(other).path("active").asBoolean())
          .as("another signature of the same claims")
          .isFalse();
      try (RunningServer two = RunningServer.start(database, yaml, one.clock(), one.data())) {
        assertThat(two.introspect(token).path("active").asBoolean())
            .as("a node that verifies it")
            .isTrue();
        assertThat(two.introspect(other).path("active").asBoolean()).isFalse();
      }
    }
  }

  @Test
  void aTokenEndsWithItsTimeAlsoWhereItWasSigned() {
    try (RunningServer server = RunningServer.start(RunningServer.CLINIC_YAML)) {
      String token =
          server
              .asCiJob(
                  "/token", "grant_type", "client_credentials", "resource", RunningServer.CLINIC)
              .text("access_token");
      server.clock().advance(java.time.Duration.ofHours(2));

      assertThat(server.introspect(token).path("active").asBoolean()).isFalse();
    }
  }
}

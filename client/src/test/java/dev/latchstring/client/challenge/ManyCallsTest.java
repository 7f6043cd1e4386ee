package dev.latchstring.client.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** A thousand calls at once share one client, and nothing else. */
class ManyCallsTest {
  private static final int CALLS = 1000;

  @Test
  void a_thousand_calls_mix_nothing_and_lose_nothing() throws Exception {
    try (ProfileServer clinic = new ProfileServer(InstantSource.system(), true);
        ChallengeClient client =
            ChallengeClient.discover(
                URI.create(clinic.server.origin()),
                ClientIdentity.confidential("phone", "phone-s3cret"));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLS; i++) {
        clinic.people.put("Person " + i, "%04d".formatted(i));
      }
      // As many as the server's backlog takes: it is a test's, not a telephone exchange.
      Semaphore lines = new Semaphore(60);
      List<Future<String>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        int number = i;
        calls.add(threads.submit(() -> call(clinic, client, lines, number)));
      }
      List<String> keys = new ArrayList<>();
      for (Future<String> call : calls) {
        keys.add(call.get());
      }
      assertThat(keys).as("each call has a key of its own").doesNotHaveDuplicates();
      assertThat(clinic.faults).isEmpty();
    }
  }

  private static String call(
      ProfileServer clinic, ChallengeClient client, Semaphore lines, int number)
      throws InterruptedException {
    lines.acquire();
    try {
      String person = "Person " + number;
      ChallengeTurn turn =
          client.begin(ChallengeRequest.of(clinic.server.uri("/mcp"), Scope.of("clinic:read")));
      turn = client.answer((ChallengeTurn.Asked) turn, Answer.values(Map.of("name", person)));
      if (number % 3 == 0) {
        turn = client.answer((ChallengeTurn.Asked) turn, Answer.value("ssn_last4", "wrong"));
      }
      turn =
          client.answer(
              (ChallengeTurn.Asked) turn, Answer.value("ssn_last4", "%04d".formatted(number)));
      ChallengeTurn.Done done = (ChallengeTurn.Done) turn;
      assertThat(ProfileServer.claims(done.token().value()).get("sub").stringValue())
          .isEqualTo(person);
      return String.valueOf(done.token().key());
    } finally {
      lines.release();
    }
  }
}

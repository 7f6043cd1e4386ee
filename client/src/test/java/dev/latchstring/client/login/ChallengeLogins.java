package dev.latchstring.client.login;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.challenge.ChallengePrompt;
import dev.latchstring.client.challenge.ProfileServer;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import java.time.Duration;
import java.util.List;

/** Logins whose waits are noted and move the clock. */
final class ChallengeLogins {
  private ChallengeLogins() {}

  static ChallengeLogin of(
      LatchClient client,
      ProfileServer clinic,
      TestClock clock,
      ChallengePrompt prompt,
      List<String> acrValues,
      List<Duration> waits) {
    MemoryTokenStore store = new MemoryTokenStore();
    Http http = new Http();
    Discovered at = (Discovered) client.discovery().discover(clinic.server.uri("/mcp"));
    return new ChallengeLogin(
        LoginContexts.of(
            at,
            ClientIdentity.confidential("phone", "phone-s3cret"),
            store,
            http,
            clock,
            Surroundings.UNKNOWN,
            LoginOptions.DEFAULT),
        ChallengeOptions.asking(prompt).withAcrValues(acrValues),
        List.of(),
        time -> {
          waits.add(time);
          clock.advance(time);
        });
  }
}

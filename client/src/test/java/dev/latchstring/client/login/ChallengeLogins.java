package dev.latchstring.client.login;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.challenge.ChallengePrompt;
import dev.latchstring.client.challenge.ProfileServer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.Scope;
import java.security.SecureRandom;
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
    return new ChallengeLogin(
        (Discovered) client.discovery().discover(clinic.server.uri("/mcp")),
        Scope.of("clinic:read"),
        List.of(),
        ChallengeOptions.asking(prompt).withAcrValues(acrValues),
        null,
        new Registration(
            ClientIdentity.confidential("phone", "phone-s3cret"), "Test", store, http, clock),
        new ClientRequests(http),
        new Approvals("default", null, store, () -> {}, http, clock),
        clock,
        new SecureRandom(),
        time -> {
          waits.add(time);
          clock.advance(time);
        });
  }
}

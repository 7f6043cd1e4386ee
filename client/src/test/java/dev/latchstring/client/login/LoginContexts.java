package dev.latchstring.client.login;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.flow.Situation;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.store.PendingLogins;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.oauth.Scope;
import java.security.SecureRandom;
import java.time.Clock;

/** What logins are made of, on real servers and a clock that tests move. */
final class LoginContexts {
  private LoginContexts() {}

  static LoginContext of(
      Discovered at,
      ClientIdentity configured,
      TokenStore store,
      Http http,
      Clock clock,
      Surroundings surroundings,
      LoginOptions options) {
    return of(at, configured, null, store, http, clock, surroundings, options);
  }

  static LoginContext of(
      Discovered at,
      ClientIdentity configured,
      StoredLogin pinned,
      TokenStore store,
      Http http,
      Clock clock,
      Surroundings surroundings,
      LoginOptions options) {
    return of("default", at, configured, pinned, store, http, clock, surroundings, options);
  }

  static LoginContext of(
      String account,
      Discovered at,
      ClientIdentity configured,
      StoredLogin pinned,
      TokenStore store,
      Http http,
      Clock clock,
      Surroundings surroundings,
      LoginOptions options) {
    return new LoginContext(
        new Situation(at, surroundings, options.flow(), configured, options.challenge() != null),
        options.scope() == null ? Scope.of("clinic:read") : options.scope(),
        options,
        pinned,
        new Registration(configured, "Test client", store, http, clock),
        http,
        new ClientRequests(http),
        new Approvals(account, pinned, store, () -> {}, http, clock),
        clock,
        new SecureRandom(),
        account,
        new PendingLogins(store, clock));
  }
}

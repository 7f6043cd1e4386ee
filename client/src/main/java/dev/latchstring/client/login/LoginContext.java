package dev.latchstring.client.login;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.flow.Situation;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.store.PendingLogins;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.oauth.Scope;
import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a flow makes a login of.
 *
 * @param scope what to ask for, what was granted before included
 * @param present the account's stored login that may be continued; null where there is none, or
 *     where another person was allowed
 * @param approvals turns tokens into an approval of this account
 * @param account its name
 * @param waiting where a login waits that outlives its process
 */
public record LoginContext(
    Situation situation,
    Scope scope,
    LoginOptions options,
    @Nullable StoredLogin present,
    Registration registration,
    Http http,
    ClientRequests requests,
    Approvals approvals,
    Clock clock,
    SecureRandom random,
    String account,
    PendingLogins waiting) {

  public Discovered at() {
    return situation.at();
  }

  /** Without what belongs to the account. */
  @Override
  public String toString() {
    return "LoginContext[server=" + at().server() + "]";
  }
}

package dev.latchstring.client.machine;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.net.URI;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * One token request that is about to be made, and what a grant may use for it.
 *
 * @param at the server, and its authorization server, as discovery validated them
 * @param scope what is asked for; empty for none in particular
 * @param issuerIsPinned whether the person named this authorization server themselves, so that what
 *     is meant for another audience may go there too
 * @param key what the tokens are to be bound to (RFC 9449); null where the server takes no proofs
 */
public record MachineRequest(
    Discovered at,
    Scope scope,
    boolean issuerIsPinned,
    @Nullable DpopProofs key,
    Http http,
    ClientRequests requests,
    Clock clock) {

  /** Where the request will go. */
  public URI tokenEndpoint() {
    return URI.create(String.valueOf(at.authorizationServer().tokenEndpoint()));
  }

  /** Without what it may use. */
  @Override
  public String toString() {
    return "MachineRequest[" + at.server() + ", issuer=" + at.issuer() + "]";
  }
}

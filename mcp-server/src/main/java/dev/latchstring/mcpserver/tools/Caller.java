package dev.latchstring.mcpserver.tools;

import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpClaims;
import java.security.Principal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling. It comes from a verified access token and from nowhere else: never from a tool's
 * arguments, never from unsigned metadata. It does not hold the token.
 *
 * <p>A person is the pair of {@link #issuer()} and {@link #subject()}: the same subject from
 * another issuer is somebody else.
 *
 * @param subject {@code sub}: the account, or the client itself where no person is involved
 * @param issuer {@code iss}: the authorization server that vouches for the subject
 * @param clientId the client that the token was issued to
 * @param scope what was granted
 * @param teams {@code groups} (RFC 9068 §2.2.3.1)
 * @param acr how strongly the person was authenticated, or null
 * @param authenticationTime when the person last proved who they are, or null
 * @param actors {@code act} (RFC 8693 §4.1): who acts for the subject, the current actor first;
 *     empty where the client alone does
 * @param expiresAt when the token ends, and with it everything said here
 * @param mcp what the caller's client stated of itself when it got the token: bound to the token,
 *     and believed by nobody; null where it stated nothing
 */
public record Caller(
    String subject,
    String issuer,
    String clientId,
    Scope scope,
    SequencedSet<String> teams,
    @Nullable String acr,
    @Nullable Instant authenticationTime,
    List<Actor> actors,
    Instant expiresAt,
    @Nullable McpClaims mcp)
    implements Principal {

  public Caller {
    teams = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(teams));
    actors = List.copyOf(actors);
  }

  /** The subject, for what knows callers as servlet principals. */
  @Override
  public String getName() {
    return subject;
  }
}

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
 * @param provider which of a server's several logins this is; null where the server has one
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
    @Nullable McpClaims mcp,
    @Nullable String provider)
    implements Principal {

  public Caller {
    teams = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(teams));
    actors = List.copyOf(actors);
  }

  /** Somebody who calls a server that has one login. */
  public Caller(
      String subject,
      String issuer,
      String clientId,
      Scope scope,
      SequencedSet<String> teams,
      @Nullable String acr,
      @Nullable Instant authenticationTime,
      List<Actor> actors,
      Instant expiresAt,
      @Nullable McpClaims mcp) {
    this(
        subject,
        issuer,
        clientId,
        scope,
        teams,
        acr,
        authenticationTime,
        actors,
        expiresAt,
        mcp,
        null);
  }

  /** The same, known by the login of this provider. */
  public Caller of(String providerName) {
    return new Caller(
        subject,
        issuer,
        clientId,
        scope,
        teams,
        acr,
        authenticationTime,
        actors,
        expiresAt,
        mcp,
        providerName);
  }

  /** Whether it is the same person: the pair of issuer and subject. */
  public boolean isSamePerson(Caller other) {
    return subject.equals(other.subject) && issuer.equals(other.issuer);
  }

  /** The subject, for what knows callers as servlet principals. */
  @Override
  public String getName() {
    return subject;
  }
}

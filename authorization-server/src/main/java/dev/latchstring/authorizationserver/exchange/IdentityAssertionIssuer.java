package dev.latchstring.authorizationserver.exchange;

import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.config.AssertionSettings.IdJagAudience;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.jwt.IdentityAssertion;
import dev.latchstring.oauth.message.TokenResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * draft-ietf-oauth-identity-assertion-authz-grant §4.3, and MCP's enterprise-managed authorization
 * §4. This server as identity provider: an ID-JAG for a person, to a client, for one resource of
 * another authorization server.
 *
 * <p>What may be asked for is named in {@code id_jag_audiences}, and nothing else is given. An
 * ID-JAG is no access token of this server and opens nothing here.
 */
public final class IdentityAssertionIssuer {
  private static final Logger LOG = LoggerFactory.getLogger(IdentityAssertionIssuer.class);

  /** What the other server may find the person by, besides their username. */
  private static final Scope EMAIL = Scope.of("email");

  private final String issuer;
  private final List<IdJagAudience> audiences;
  private final List<SubjectTokenReader> readers;
  private final AccountStore accounts;
  private final SigningKeys keys;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * @param readers asked in their order; the first that knows a token decides about it
   */
  public IdentityAssertionIssuer(
      String issuer,
      List<IdJagAudience> audiences,
      List<SubjectTokenReader> readers,
      AccountStore accounts,
      SigningKeys keys,
      Clock clock,
      SecureRandom random) {
    this.issuer = issuer;
    this.audiences = List.copyOf(audiences);
    this.readers = List.copyOf(readers);
    this.accounts = accounts;
    this.keys = keys;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Issues.
   *
   * @throws OAuthException {@code invalid_request} for a subject token that is not accepted, {@code
   *     invalid_target} for an audience or a resource that the client may not ask for, {@code
   *     invalid_scope}, {@code access_denied} for a person who is not vouched for
   */
  public TokenResponse issue(TokenRequest request, ExchangeRequest asked) {
    RegisteredClient client = request.client();
    if (asked.actorToken() != null) {
      throw refused("an ID-JAG is not issued for an actor_token");
    }
    IdJagAudience audience = audience(client, asked);
    Scope scope = scope(audience, asked.scope());
    SubjectToken subject = subject(asked, client);
    requireKey(subject, request.keyThumbprint());
    requireMayAct(subject, client);
    requireTeam(subject, audience);
    Instant now = clock.instant();
    byte[] claims =
        Json.bytes(claims(subject, client, audience, asked, scope, request.keyThumbprint(), now));
    LOG.info(
        "{} is vouched for to {}, for {}",
        subject.subject(),
        audience.audience(),
        client.clientId());
    return new TokenResponse(
        keys.current(SigningKeys.ES256).sign(IdentityAssertion.TYPE, claims),
        TokenType.NOT_APPLICABLE,
        audience.lifetime().toSeconds(),
        null,
        scope.toString(),
        null,
        TokenType.ID_JAG,
        null,
        null);
  }

  /** An audience that is not there and one that is not for this client are not told apart. */
  private IdJagAudience audience(RegisteredClient client, ExchangeRequest asked) {
    String named = asked.audience();
    if (named == null) {
      throw refused("name the authorization server the ID-JAG is for, with the parameter audience");
    }
    String resource = asked.resource();
    if (resource == null) {
      throw refused("name the resource the ID-JAG is for, with the parameter resource");
    }
    IdJagAudience audience =
        audiences.stream()
            .filter(candidate -> candidate.audience().equals(named))
            .filter(candidate -> candidate.clients().containsKey(client.clientId()))
            .findFirst()
            .orElseThrow(() -> target("the client may not have an ID-JAG for this audience"));
    if (!audience.resources().contains(resource)) {
      throw target("the client may not have an ID-JAG for this resource");
    }
    return audience;
  }

  /** All that is configured unless a scope is named: an ID-JAG never leaves it to its reader. */
  private static Scope scope(IdJagAudience audience, @Nullable Scope asked) {
    Scope granted = asked == null ? audience.scope() : audience.scope().intersect(asked);
    if (granted.isEmpty() && asked != null && !asked.isEmpty()) {
      throw new OAuthException(
          ErrorCode.INVALID_SCOPE, "nothing of the scope can be granted at this audience");
    }
    return granted;
  }

  private SubjectToken subject(ExchangeRequest asked, RegisteredClient client) {
    List<SubjectTokenReader> ofType =
        readers.stream().filter(reader -> reader.type().equals(asked.subjectType())).toList();
    if (ofType.isEmpty()) {
      throw refused("subject_token_type is not one that an ID-JAG is issued for");
    }
    try {
      return ofType.stream()
          .flatMap(reader -> reader.read(asked.subjectToken(), client).stream())
          .findFirst()
          .orElseThrow(() -> refused("the subject_token is not a good one of this client"));
    } catch (OAuthException e) {
      throw asInvalidRequest(e);
    }
  }

  /** RFC 8693 §2.2.2: whatever is wrong with a subject token is {@code invalid_request}. */
  private static OAuthException asInvalidRequest(OAuthException e) {
    if (e.code() != ErrorCode.INVALID_GRANT) {
      return e;
    }
    OAuthException refusal = refused(e.description().replace("assertion", "subject_token"));
    String detail = e.detail();
    return detail == null ? refusal : refusal.withDetail(detail);
  }

  private static void requireKey(SubjectToken subject, @Nullable String proven) {
    if (subject.keyThumbprint() != null && !subject.keyThumbprint().equals(proven)) {
      throw refused("the subject_token is bound to a key: prove that one");
    }
  }

  /** RFC 8693 §4.4. */
  private void requireMayAct(SubjectToken subject, RegisteredClient client) {
    Map<String, Object> mayAct = subject.mayAct();
    if (mayAct == null) {
      return;
    }
    boolean meant =
        client.clientId().equals(mayAct.get("sub"))
            && issuer.equals(mayAct.getOrDefault("iss", issuer))
            && client.clientId().equals(mayAct.getOrDefault("client_id", client.clientId()));
    if (!meant) {
      throw refused("the subject_token names somebody else in may_act");
    }
  }

  private static void requireTeam(SubjectToken subject, IdJagAudience audience) {
    if (!audience.teams().isEmpty() && Collections.disjoint(audience.teams(), subject.teams())) {
      throw new OAuthException(
          ErrorCode.ACCESS_DENIED, "the person is not in a team that this audience is open to");
    }
  }

  private Map<String, Object> claims(
      SubjectToken subject,
      RegisteredClient client,
      IdJagAudience audience,
      ExchangeRequest asked,
      Scope scope,
      @Nullable String keyThumbprint,
      Instant now) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("sub", subject.subject());
    claims.put("aud", audience.audience());
    put(claims, "client_id", audience.clients().get(client.clientId()));
    put(claims, "resource", asked.resource());
    claims.put("scope", scope.toString());
    claims.put("jti", Secrets.newToken(random).substring(0, 22));
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(audience.lifetime()).getEpochSecond());
    Instant authenticatedAt = subject.context().time();
    put(claims, "auth_time", authenticatedAt == null ? null : authenticatedAt.getEpochSecond());
    put(claims, "acr", subject.context().acr());
    put(claims, "amr", subject.context().amr().isEmpty() ? null : subject.context().amr());
    if (subject.username() != null) {
      claims.put("preferred_username", subject.username());
      accounts
          .profile(subject.subject())
          .ifPresent(profile -> claims.putAll(profile.claims(EMAIL, List.of())));
    }
    put(claims, "cnf", keyThumbprint == null ? null : Map.of("jkt", keyThumbprint));
    return claims;
  }

  private static void put(Map<String, Object> claims, String name, @Nullable Object value) {
    if (value != null) {
      claims.put(name, value);
    }
  }

  private static OAuthException target(String why) {
    return new OAuthException(ErrorCode.INVALID_TARGET, why);
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}

package dev.latchstring.client.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.login.Identity;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import dev.latchstring.oauth.jwt.JwtVerification;
import dev.latchstring.oauth.message.IntrospectionResponse;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 9068 §4, RFC 7662. Whether a delivered token is one of the authorization server that this
 * server names, for this server alone, and usable by whoever holds it.
 *
 * <p>A JWT of the type {@code at+jwt} is checked by the issuer's published keys; any other token is
 * asked about, where this client is one that the authorization server answers. A token that can be
 * checked in neither way is refused, whatever its bearer says of it.
 *
 * <p>Refused too: one of another issuer or for another resource than was discovered; one for
 * several resources, of which each could use it at the others; one that is bound to a key (RFC
 * 7800); one that has ended or does so within {@value #MARGIN_SECONDS} seconds; one that allows
 * less than its bearer says.
 */
public final class DeliveryCheck {
  /** A token has to live so long, or it could not be used. */
  public static final int MARGIN_SECONDS = 5;

  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final int MAX_KEYS = 64;
  private static final int MAX_SUBJECT = 255;
  private static final Set<String> ALGORITHMS = Set.of("ES256", "RS256", "PS256");

  private final Http http;
  private final Clock clock;

  public DeliveryCheck(Http http, Clock clock) {
    this.http = http;
    this.clock = clock;
  }

  /**
   * @param at where this server's logins are done
   * @param client who asks about a token that is no JWT; null where there is nobody to ask as
   * @throws OAuthException {@code invalid_token} or {@code invalid_target}, with the rule that is
   *     broken and never the token; {@code temporarily_unavailable} where it cannot be found out
   *     now
   */
  public CheckedToken check(
      Delivery delivery, Discovered at, @Nullable ClientAuthentication client) {
    if (!delivery.issuer().equals(at.issuer())) {
      throw new OAuthException(
          ErrorCode.INVALID_TOKEN,
          "tokens are taken of the issuer " + ServerText.quote(at.issuer()) + " alone");
    }
    if (!delivery.resource().toString().equals(at.resource().toString())) {
      throw new OAuthException(
          ErrorCode.INVALID_TARGET,
          "tokens are taken for the resource "
              + ServerText.quote(at.resource().toString())
              + " alone");
    }
    try {
      return isAccessTokenJwt(delivery.token())
          ? signed(delivery, at)
          : introspected(delivery, at, client);
    } catch (ClientException e) {
      throw new OAuthException(
              ErrorCode.TEMPORARILY_UNAVAILABLE, "the token cannot be checked: " + e.description())
          .withDetail(e.problem().name());
    }
  }

  private CheckedToken signed(Delivery delivery, Discovered at) {
    JwtVerification verification =
        new JwtVerification(
            Set.of(AccessTokenClaims.TYPE), ALGORITHMS, at.issuer(), audiences(at), clock, SKEW);
    List<JWK> keys = keys(at);
    JWTClaimsSet verified =
        verification.verify(
            delivery.token(),
            id -> id == null ? keys : keys.stream().filter(k -> id.equals(k.getKeyID())).toList());
    if (verified.getClaim("cnf") != null) {
      throw bound();
    }
    AccessTokenClaims claims = AccessTokenClaims.of(verified);
    requireOnly(claims.audience(), at);
    return checked(
        delivery,
        claims.scope(),
        claims.expiresAt(),
        identity(at, claims.subject(), claims.preferredUsername()),
        claims.clientId());
  }

  private CheckedToken introspected(
      Delivery delivery, Discovered at, @Nullable ClientAuthentication client) {
    String endpoint = at.authorizationServer().introspectionEndpoint();
    if (endpoint == null || client == null || client.method().equals(ClientAuthentication.NONE)) {
      throw invalid(
          "the token is no JWT of the type "
              + AccessTokenClaims.TYPE
              + ", and there is no client here that could ask the authorization server about it");
    }
    Reply reply =
        new ClientRequests(http)
            .post(
                trust(at).require("introspection_endpoint", endpoint),
                client,
                null,
                Map.of("token", delivery.token()));
    Answer<IntrospectionResponse> answer =
        Answer.read("introspection endpoint", reply, IntrospectionResponse.class);
    if (!(answer instanceof Answer.Granted<IntrospectionResponse>(IntrospectionResponse told))) {
      throw new OAuthException(
          ErrorCode.TEMPORARILY_UNAVAILABLE,
          "the token cannot be checked: the authorization server does not answer this client");
    }
    return told(delivery, at, told);
  }

  private CheckedToken told(Delivery delivery, Discovered at, IntrospectionResponse told) {
    if (!told.active()) {
      throw invalid("the token is not active");
    }
    if (told.iss() != null && !told.iss().equals(at.issuer())) {
      throw invalid("the token is from another issuer");
    }
    Map<String, JsonNode> extra = told.extra() == null ? Map.of() : told.extra();
    if (extra.containsKey("cnf") || "DPoP".equalsIgnoreCase(told.tokenType())) {
      throw bound();
    }
    requireOnly(told.aud() == null ? List.of() : told.aud(), at);
    if (told.sub() == null) {
      throw invalid("the authorization server does not say whose the token is");
    }
    return checked(
        delivery,
        told.scope() == null ? Scope.NONE : Scope.parse(told.scope()),
        told.exp() == null ? delivery.expiresAt() : Instant.ofEpochSecond(told.exp()),
        identity(at, told.sub(), told.username()),
        told.clientId() == null ? "" : told.clientId());
  }

  private CheckedToken checked(
      Delivery delivery, Scope granted, Instant expiry, Identity identity, String clientId) {
    if (!granted.isEmpty() && !granted.containsAll(delivery.scope())) {
      throw invalid("the token does not allow all that its delivery says");
    }
    Instant until = expiry.isBefore(delivery.expiresAt()) ? expiry : delivery.expiresAt();
    if (!clock.instant().isBefore(until.minusSeconds(MARGIN_SECONDS))) {
      throw invalid("the token is expired");
    }
    Scope scope = granted.isEmpty() ? delivery.scope() : granted;
    return new CheckedToken(delivery.asToken(scope, until), identity, clientId, until);
  }

  private static Identity identity(Discovered at, String subject, @Nullable String name) {
    if (subject.length() > MAX_SUBJECT || !subject.equals(ServerText.clean(subject, MAX_SUBJECT))) {
      throw invalid("the token's subject cannot be one");
    }
    return new Identity(
        at.issuer(), subject, name == null ? null : ServerText.clean(name, Identity.MAX_LENGTH));
  }

  /** A resource without a path is the same with a bare slash; a pinned audience replaces it. */
  private static Set<String> audiences(Discovered at) {
    String pinned = at.settings().value(Setting.AUDIENCE);
    if (pinned != null) {
      return Set.of(pinned);
    }
    URI resource = at.resource();
    boolean bare = resource.getRawPath().isEmpty() && resource.getRawQuery() == null;
    return bare ? Set.of(resource.toString(), resource + "/") : Set.of(resource.toString());
  }

  private static void requireOnly(List<String> audience, Discovered at) {
    if (audience.isEmpty() || !audiences(at).containsAll(audience)) {
      throw new OAuthException(
          ErrorCode.INVALID_TARGET, "the token is for another audience, or not for this one alone");
    }
  }

  private List<JWK> keys(Discovered at) {
    String address = at.authorizationServer().jwksUri();
    if (address == null) {
      throw invalid("the authorization server publishes no keys to check the token by");
    }
    Reply reply = http.get(trust(at).require("jwks_uri", address));
    if (!reply.isOk()) {
      throw new ClientException(
          Problem.NETWORK, "the authorization server's keys are out of reach", "try again");
    }
    try {
      List<JWK> keys = JWKSet.parse(new String(reply.body(), UTF_8)).toPublicJWKSet().getKeys();
      return keys.subList(0, Math.min(keys.size(), MAX_KEYS));
    } catch (ParseException | IllegalArgumentException e) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "what the authorization server publishes at its jwks_uri are no keys",
          "ask its operator");
    }
  }

  /** What an authorization server of this machine refers to may be of this machine. */
  private static Trust trust(Discovered at) {
    return Trust.of(URI.create(at.issuer()));
  }

  private static boolean isAccessTokenJwt(String token) {
    return token.startsWith("ey") && token.chars().filter(c -> c == '.').count() == 2;
  }

  private static OAuthException bound() {
    return invalid("the token is bound to a key, and such a token cannot be delivered");
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_TOKEN, why);
  }
}

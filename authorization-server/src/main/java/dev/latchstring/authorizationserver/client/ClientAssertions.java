package dev.latchstring.authorizationserver.client;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.registration.ClientMetadataRules;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.ReplayStore;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7523 §3. A client that proves itself with a JWT it signed.
 *
 * <p>{@code iss} and {@code sub} are the client, {@code aud} is the issuer of this server and
 * nothing else (an assertion made for somebody else's endpoint must not open this one), {@code exp}
 * is at most ten minutes away, {@code jti} is there and was never used. Clocks may differ by 30
 * seconds.
 */
public final class ClientAssertions {
  /** The longest life of an assertion that is accepted. */
  public static final Duration LONGEST = Duration.ofMinutes(10);

  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final int MAX_JTI = 256;

  /** RFC 7519 §5.1 leaves it optional; draft-ietf-oauth-rfc7523bis names the last. */
  private static final Set<String> TYPES = Set.of("", "jwt", "client-authentication+jwt");

  private final String issuer;
  private final RegisteredClients clients;
  private final ClientKeys keys;
  private final ReplayStore used;
  private final Clock clock;

  public ClientAssertions(
      String issuer, RegisteredClients clients, ClientKeys keys, ReplayStore used, Clock clock) {
    this.issuer = issuer;
    this.clients = clients;
    this.keys = keys;
    this.used = used;
    this.clock = clock;
  }

  /**
   * @param requestedFrom the network address of the request
   * @param clientId the request's {@code client_id}, or null; RFC 7521 §4.2: it must be the subject
   * @throws OAuthException {@code invalid_client} with the rule that is broken
   */
  RegisteredClient verify(String jwt, @Nullable String clientId, String requestedFrom) {
    String subject = subject(jwt);
    if (clientId != null && !clientId.equals(subject)) {
      throw refused("client_id is not the subject of the assertion");
    }
    RegisteredClient client =
        clients
            .resolve(subject, requestedFrom)
            .orElseThrow(() -> refused("the client is not known"));
    if (!client.metadata().authMethod().equals("private_key_jwt")) {
      throw refused("the client is registered for " + client.metadata().authMethod());
    }
    JWTClaimsSet claims = claims(jwt, client);
    requireOnlyAudience(claims.getAudience());
    requireFirstUse(client, claims);
    return client;
  }

  private static String subject(String jwt) {
    if (jwt.length() > JwtVerification.MAX_LENGTH) {
      throw refused("the assertion is longer than " + JwtVerification.MAX_LENGTH + " characters");
    }
    try {
      JWTClaimsSet claims = SignedJWT.parse(jwt).getJWTClaimsSet();
      if (claims == null || claims.getSubject() == null) {
        throw refused("the assertion has no sub");
      }
      return claims.getSubject();
    } catch (ParseException | IllegalArgumentException e) {
      throw refused("the assertion is not a signed JWT");
    }
  }

  private JWTClaimsSet claims(String jwt, RegisteredClient client) {
    String algorithm = client.metadata().tokenEndpointAuthSigningAlg();
    Set<String> algorithms =
        algorithm == null
            ? Set.copyOf(ClientMetadataRules.ASSERTION_ALGORITHMS)
            : Set.of(algorithm);
    try {
      return new JwtVerification(TYPES, algorithms, client.clientId(), Set.of(issuer), clock, SKEW)
          .verify(jwt, keyId -> keys.find(client, keyId));
    } catch (OAuthException e) {
      String detail = e.detail();
      OAuthException refusal = refused("client assertion: " + e.description());
      throw detail == null ? refusal : refusal.withDetail(detail);
    }
  }

  private void requireOnlyAudience(List<String> audience) {
    if (audience.size() != 1) {
      throw refused("the assertion must have the issuer " + issuer + " as its only aud");
    }
  }

  private void requireFirstUse(RegisteredClient client, JWTClaimsSet claims) {
    Date expiry = claims.getExpirationTime();
    Instant expires = expiry == null ? Instant.MAX : expiry.toInstant();
    if (expires.isAfter(clock.instant().plus(LONGEST).plus(SKEW))) {
      throw refused("the assertion lives longer than " + LONGEST.toMinutes() + " minutes");
    }
    String id = claims.getJWTID();
    if (id == null || id.isEmpty() || id.length() > MAX_JTI) {
      throw refused("the assertion needs a jti of 1 to " + MAX_JTI + " characters");
    }
    if (!used.isFirstUse(client.clientId(), id, expires.plus(SKEW))) {
      throw refused("the assertion was used before; make a new one for each request");
    }
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_CLIENT, why);
  }
}

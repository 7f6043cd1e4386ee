package dev.latchstring.authorizationserver.client;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.registration.ClientMetadataRules;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.ReplayStore;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
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
    JWTClaimsSet claims = claims("client assertion", jwt, client, Set.of(issuer));
    requireFirstUse(client, claims, claims.getJWTID());
    return client;
  }

  /**
   * What a client that has authenticated signed beside. The rules are the same, with these
   * differences: it may be registered for any method, if it has keys; there are more audiences; and
   * where there is no {@code jti}, what was signed is good once.
   *
   * @param name what errors call it
   * @param audiences the only {@code aud} is one of these
   * @throws OAuthException {@code invalid_client} with the rule that is broken
   */
  public JWTClaimsSet verifyStatement(
      String name, String jwt, RegisteredClient client, Set<String> audiences) {
    if (!subject(jwt).equals(client.clientId())) {
      throw refused(name + ": sub is not the client");
    }
    JWTClaimsSet claims = claims(name, jwt, client, audiences);
    String id = claims.getJWTID();
    requireFirstUse(client, claims, id == null ? signedContent(jwt) : id);
    return claims;
  }

  /**
   * Without the signature, of which there are many for the same content and key, and the white
   * space that a parser lets pass.
   */
  private static String signedContent(String jwt) {
    String text = jwt.trim();
    return Secrets.sha256Base64Url(text.substring(0, text.lastIndexOf('.')));
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

  private JWTClaimsSet claims(
      String name, String jwt, RegisteredClient client, Set<String> audiences) {
    String algorithm = client.metadata().tokenEndpointAuthSigningAlg();
    Set<String> algorithms =
        algorithm == null
            ? Set.copyOf(ClientMetadataRules.ASSERTION_ALGORITHMS)
            : Set.of(algorithm);
    JWTClaimsSet claims;
    try {
      claims =
          new JwtVerification(TYPES, algorithms, client.clientId(), audiences, clock, SKEW)
              .verify(jwt, keyId -> keys.find(client, keyId));
    } catch (OAuthException e) {
      String detail = e.detail();
      OAuthException refusal = refused(name + ": " + e.description());
      throw detail == null ? refusal : refusal.withDetail(detail);
    }
    if (claims.getAudience().size() != 1) {
      throw refused(name + ": the only aud must be " + String.join(" or ", audiences));
    }
    return claims;
  }

  private void requireFirstUse(RegisteredClient client, JWTClaimsSet claims, @Nullable String id) {
    Date expiry = claims.getExpirationTime();
    Instant expires = expiry == null ? Instant.MAX : expiry.toInstant();
    if (expires.isAfter(clock.instant().plus(LONGEST).plus(SKEW))) {
      throw refused("the assertion lives longer than " + LONGEST.toMinutes() + " minutes");
    }
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

package dev.latchstring.client.machine;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.ServerText;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7523 §3 (3) and RFC 8693 §6. Whether a token may be sent to an authorization server that an
 * MCP server named. Whoever receives one that is meant for another can use it there; so it goes to
 * its own audience or issuer, or to an authorization server that the person pinned.
 */
final class Destination {
  /** How far this machine's clock may be wrong. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private Destination() {}

  /**
   * A JWT that is to be an assertion: its audience is the issuer, or the token endpoint.
   *
   * @throws ClientException {@link Problem#CREDENTIAL_UNAVAILABLE} where it is no JWT, or has
   *     expired; {@link Problem#CLIENT_REFUSED} where it is meant for another
   */
  static void requireAudience(String assertion, TokenOrigin origin, MachineRequest request) {
    Jwt jwt = Jwt.of(assertion);
    if (jwt == null) {
      throw TokenText.unusable(
          origin.where() + " is no signed JWT", "give the token that the platform made for this");
    }
    requireLive(jwt, origin, request);
    if (request.issuerIsPinned() || isFor(jwt, request)) {
      return;
    }
    throw meantForAnother(
        origin,
        jwt.audience().isEmpty() ? "nobody" : ServerText.quote(String.join(" ", jwt.audience())),
        request,
        "have one made for the audience " + request.at().issuer());
  }

  /**
   * A token that is to be exchanged: the authorization server issued it, or is its audience.
   *
   * @throws ClientException as the other
   */
  static void requireKnown(String token, TokenOrigin origin, MachineRequest request) {
    Jwt jwt = Jwt.of(token);
    if (jwt != null) {
      requireLive(jwt, origin, request);
      if (isFor(jwt, request) || same(jwt.issuer(), request.at().issuer())) {
        return;
      }
    }
    if (!request.issuerIsPinned()) {
      throw meantForAnother(
          origin,
          jwt == null ? "an issuer that it does not tell" : "others",
          request,
          "give one that this server issued");
    }
  }

  private static void requireLive(Jwt jwt, TokenOrigin origin, MachineRequest request) {
    Long expiresAt = jwt.expiresAt();
    Instant now = request.clock().instant();
    if (expiresAt != null && now.minus(SKEW).getEpochSecond() >= expiresAt) {
      throw TokenText.unusable(
          origin.where()
              + " has a token that expired "
              + (now.getEpochSecond() - expiresAt)
              + " seconds ago",
          "check that what renews it still runs, and the clock of this machine");
    }
  }

  private static boolean isFor(Jwt jwt, MachineRequest request) {
    String endpoint = request.tokenEndpoint().toString();
    return jwt.audience().stream()
        .anyMatch(aud -> same(aud, request.at().issuer()) || aud.equals(endpoint));
  }

  /** People write an issuer with its last slash or without; it is the same server. */
  private static boolean same(@Nullable String one, String issuer) {
    return one != null && withoutSlash(one).equals(withoutSlash(issuer));
  }

  private static String withoutSlash(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private static ClientException meantForAnother(
      TokenOrigin origin, String whom, MachineRequest request, String instead) {
    String issuer = ServerText.clean(request.at().issuer(), 300);
    return new ClientException(
        Problem.CLIENT_REFUSED,
        origin.where()
            + " has a token that is meant for "
            + whom
            + ", and was not sent to "
            + issuer
            + ", where this server's logins are done",
        instead
            + "; or, where you know that this authorization server takes it, set"
            + " LATCH_CLIENT_ISSUER="
            + issuer);
  }
}

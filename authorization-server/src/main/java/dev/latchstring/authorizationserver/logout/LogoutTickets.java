package dev.latchstring.authorizationserver.logout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/**
 * Requests on their way through the browser: readable, but only this server can have made them.
 * Nothing is kept for whoever asks.
 */
public final class LogoutTickets {
  /** How long a person has to decide. */
  static final Duration LIFETIME = Duration.ofMinutes(15);

  private static final int MAX_LENGTH = 12 * 1024;

  private final Function<String, byte[]> hmac;
  private final Clock clock;

  /**
   * @param hmac HMAC-SHA256 under a key of this purpose, the same on every node
   */
  public LogoutTickets(Function<String, byte[]> hmac, Clock clock) {
    this.hmac = hmac;
    this.clock = clock;
  }

  private record Sealed(LogoutRequest request, long expiresAt) {}

  /** The ticket of a request. */
  String seal(LogoutRequest request) {
    Sealed sealed = new Sealed(request, clock.instant().plus(LIFETIME).toEpochMilli());
    String content = base64(Json.bytes(sealed));
    return content + "." + base64(hmac.apply(content));
  }

  /** The request of a ticket; empty where it is not from here, or too old. */
  Optional<LogoutRequest> open(String ticket) {
    int dot = ticket.lastIndexOf('.');
    if (dot < 0 || ticket.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String content = ticket.substring(0, dot);
    if (!Secrets.equal(ticket.substring(dot + 1), base64(hmac.apply(content)))) {
      return Optional.empty();
    }
    byte[] json = Base64.getUrlDecoder().decode(content.getBytes(UTF_8));
    Sealed sealed = Json.read(json, Sealed.class);
    return clock.instant().isBefore(Instant.ofEpochMilli(sealed.expiresAt()))
        ? Optional.of(sealed.request())
        : Optional.empty();
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

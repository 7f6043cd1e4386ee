package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.challenge.people.Person;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Whom a step asks, and for what.
 *
 * @param person who they said to be, or a decoy; null as long as nobody has said
 * @param locales the languages of the person, the most wanted first
 * @param clientId the client that asks
 * @param resource RFC 8707: what the login is for
 * @param scope what it asks for
 * @param keyThumbprint RFC 9449: the key that the login is bound to, or null
 * @param requestedFrom the network address of the request that asks; empty where nothing begins
 * @param kept what the step remembers; null where it is asked for the first time
 * @param reason why it is asked again; null the first time
 * @param attemptsLeft how many wrong answers are left
 * @param hmac makes a text unreadable in a way that nobody can repeat who has not the client's
 *     {@code auth_session}, which is not kept: base64url
 */
public record Asking(
    @Nullable Person person,
    List<Locale> locales,
    String clientId,
    String resource,
    String scope,
    @Nullable String keyThumbprint,
    String requestedFrom,
    Instant now,
    @Nullable JsonNode kept,
    @Nullable Reason reason,
    int attemptsLeft,
    UnaryOperator<String> hmac) {

  /**
   * Who is asked.
   *
   * @throws IllegalStateException where nobody was identified: a context that begins otherwise is
   *     refused when it is configured
   */
  public Person somebody() {
    if (person == null) {
      throw new IllegalStateException("a step asked nobody");
    }
    return person;
  }

  /** What the step remembers. */
  public JsonNode remembered() {
    if (kept == null) {
      throw new IllegalStateException("a step was answered that had not begun");
    }
    return kept;
  }

  /** The resource alone. */
  @Override
  public String toString() {
    return "Asking[clientId=" + clientId + ", resource=" + resource + "]";
  }
}

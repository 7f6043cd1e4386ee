package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.oauth.OAuthException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One step of a login: what is asked, and whether an answer is right. Implementing it is all that a
 * new kind needs.
 *
 * <p>A step keeps nothing itself: what it has to remember between two requests it returns from
 * {@link #begin}. It treats a decoy as it treats a person, in wording, work and time.
 */
public interface Step {
  /** {@code kind}, as it travels: {@code otp}. Clients decide by it what they can show. */
  String kind();

  /** Whether it says who the person is, and proves nothing: such a step never fails. */
  default boolean identifies() {
    return false;
  }

  /** Whether it has to begin anew after a wrong answer: what was asked cannot be asked twice. */
  default boolean beginsAnew() {
    return false;
  }

  /** Whether an answer can be guessed, so that each one counts as an attempt. */
  default boolean isGuessable() {
    return true;
  }

  /**
   * It is this step's turn, or it is asked for anew.
   *
   * @throws OAuthException where it cannot be asked now, such as {@code temporarily_unavailable}
   * @throws TooOften where it can be asked again in a while
   */
  default Begun begin(Asking asking) {
    return Begun.NOTHING;
  }

  /** What is asked. It follows from its arguments alone and changes nothing. */
  Question question(Asking asking);

  /**
   * What is wrong with an answer's form: {@link Verdict.Malformed} or {@link
   * Verdict.NotUnderstood}; null where it can be checked. It tells nothing about the person.
   */
  @Nullable Verdict refuse(Asking asking, JsonNode answer);

  /**
   * Whether the answer is right.
   *
   * @param answer an object that {@link #refuse} had nothing against
   */
  Verdict check(Asking asking, JsonNode answer);

  /**
   * What a step remembers.
   *
   * @param kept kept with the session: nothing that can be guessed, unless it is made unreadable by
   *     {@link Asking#hmac}
   * @param afterwards what is done once that is safe, such as sending a message; returns at once
   */
  record Begun(@Nullable JsonNode kept, @Nullable Runnable afterwards) {
    static final Begun NOTHING = new Begun(null, null);

    /** A step that remembers this and does nothing. */
    public static Begun keeping(JsonNode kept) {
      return new Begun(kept, null);
    }

    /** Without what is remembered. */
    @Override
    public String toString() {
      return "Begun";
    }
  }
}

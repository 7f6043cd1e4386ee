package dev.latchstring.client.flow;

import org.jspecify.annotations.Nullable;

/** Whether a flow is possible, in words for the person. */
public sealed interface Assessment {
  /**
   * What speaks for or against it: half a sentence that begins in lower case and has no full stop.
   */
  String reason();

  /**
   * It is possible.
   *
   * @param fit how good it is here
   */
  record Usable(Fit fit, String reason) implements Assessment {}

  /**
   * It is not possible.
   *
   * @param hint what would make it possible, in the imperative; null where nothing can be advised
   * @param here whether the server would do it, and what is lacking is here
   */
  record Unusable(String reason, @Nullable String hint, boolean here) implements Assessment {}

  /** How well a flow fits the place. */
  enum Fit {
    /** It is made for a place like this. */
    SUITED,
    /** It works, and is taken where nothing is suited. */
    FALLBACK
  }

  static Assessment suited(String reason) {
    return new Usable(Fit.SUITED, reason);
  }

  static Assessment fallback(String reason) {
    return new Usable(Fit.FALLBACK, reason);
  }

  static Assessment unusable(String reason, @Nullable String hint) {
    return new Unusable(reason, hint, false);
  }

  /** Not possible here; elsewhere the server would do it. */
  static Assessment unusableHere(String reason, String hint) {
    return new Unusable(reason, hint, true);
  }

  default boolean isUsable() {
    return this instanceof Usable;
  }
}

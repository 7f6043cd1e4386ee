package dev.latchstring.examples.voice.call;

/**
 * What is kept of a call. It is told only what may be kept: of the agent's words not those for the
 * caller's ear, of the caller's none at all but what they wished for.
 *
 * <p>Called from the thread of the turn; many calls tell one journal at once.
 */
public interface Journal {
  /** The agent said something. */
  void agent(String callId, String text);

  /** The caller said something: a wish by its name, else {@code •••}. */
  void caller(String callId, String what);

  /** Something happened. */
  void event(String callId, String what);

  /** Keeps nothing. */
  static Journal none() {
    return new Journal() {
      @Override
      public void agent(String callId, String text) {}

      @Override
      public void caller(String callId, String what) {}

      @Override
      public void event(String callId, String what) {}
    };
  }
}

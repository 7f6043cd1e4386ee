package dev.latchstring.client.machine;

/**
 * A token that the caller has in its hand, such as one from an environment variable.
 *
 * @param where for messages: "the variable LATCH_ASSERTION"
 * @param token a secret
 */
public record GivenOrigin(String where, String token) implements TokenOrigin {
  @Override
  public String read(MachineRequest request) {
    return TokenText.of(token, where);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "GivenOrigin[" + where + "]";
  }
}

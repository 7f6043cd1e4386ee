package dev.latchstring.oauth;

/** A JSON text that breaks the grammar, the limits of {@link Json}, or the type it should have. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message what is wrong and where; never the text itself, which may hold a secret
   */
  public JsonException(String message) {
    super(message);
  }
}

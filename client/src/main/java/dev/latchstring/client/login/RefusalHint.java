package dev.latchstring.client.login;

import dev.latchstring.oauth.ErrorCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What to do about a refusal, as far as its error says it. */
final class RefusalHint {
  private RefusalHint() {}

  /**
   * @param otherwise where nothing better is known; null for nothing
   */
  static @Nullable String of(
      String error, @Nullable String description, @Nullable String otherwise) {
    String words = description == null ? "" : description.toLowerCase(Locale.ROOT);
    if (error.equals(ErrorCode.INVALID_TARGET.code())
        || (error.equals(ErrorCode.INVALID_REQUEST.code()) && words.contains("resource"))) {
      return "the server does not take the resource parameter as it is (RFC 8707): try --pin"
          + " resource=none, and name the API by --pin audience or --pin scope; latch help presets"
          + " tells what is known of some servers";
    }
    if (error.equals(ErrorCode.INVALID_SCOPE.code())) {
      return "ask for other scopes";
    }
    return otherwise;
  }
}

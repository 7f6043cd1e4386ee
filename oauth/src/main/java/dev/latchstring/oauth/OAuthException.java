package dev.latchstring.oauth;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request that is refused, in the terms of OAuth.
 *
 * <p>It keeps apart what the other party may read ({@link #description()}) from what only the log
 * may hold ({@link #detail()}). Neither ever contains a secret. Creating one costs no stack trace:
 * a refusal is an ordinary outcome, and an attacker must not make it expensive.
 */
public final class OAuthException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final Pattern UNSAFE =
      Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u0080-\\u009F\\u2028\\u2029]");

  private final ErrorCode code;
  private final @Nullable String detail;
  private final @Nullable String authSession;

  /**
   * @param description what is wrong and what to do, for the developer of the other party; reduced
   *     to the characters that RFC 6749 §5.2 allows in {@code error_description}
   */
  public OAuthException(ErrorCode code, String description) {
    this(code, description, null, null);
  }

  private OAuthException(
      ErrorCode code, String description, @Nullable String detail, @Nullable String authSession) {
    super(printable(description), null, false, false);
    this.code = code;
    this.detail = detail;
    this.authSession = authSession;
  }

  /**
   * The same refusal with a detail for the log alone.
   *
   * @param detail may quote the other party: control characters and line ends become question
   *     marks, so that nobody writes lines of their own into the log
   */
  public OAuthException withDetail(String detail) {
    return new OAuthException(
        code, description(), UNSAFE.matcher(detail).replaceAll("?"), authSession);
  }

  /**
   * draft-ietf-oauth-first-party-apps-04 §6.2. The same refusal with what the client goes on with
   * at the authorization challenge endpoint: a secret, for the client alone.
   */
  public OAuthException continuedBy(String authSession) {
    return new OAuthException(code, description(), detail, authSession);
  }

  public ErrorCode code() {
    return code;
  }

  /** What the other party is told: only characters that {@code error_description} allows. */
  public String description() {
    return String.valueOf(getMessage());
  }

  /** What the client goes on with, or null. It is never logged. */
  public @Nullable String authSession() {
    return authSession;
  }

  /** What the log may add, or null. */
  public @Nullable String detail() {
    return detail;
  }

  /** Everything, for the log alone. */
  public String forLog() {
    return code.code() + ": " + description() + (detail == null ? "" : " (" + detail + ")");
  }

  /** RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E. */
  private static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        safe.append('\'');
      } else if (c < 0x20 || c > 0x7E || c == '\\') {
        safe.append('?');
      } else {
        safe.append(c);
      }
    }
    return safe.toString();
  }
}

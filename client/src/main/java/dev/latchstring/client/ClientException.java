package dev.latchstring.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no token: a problem to switch on, a message that says what is wrong, and a hint that
 * says what to do. None of them holds a secret; text that came from a server is quoted and cut.
 */
public final class ClientException extends RuntimeException {
  private final Problem problem;
  private final @Nullable String hint;
  private final @Nullable Duration retryAfter;

  /**
   * @param message what is wrong, naming the address or file
   * @param hint what to do about it, in the imperative; null where nothing can be advised
   */
  public ClientException(Problem problem, String message, @Nullable String hint) {
    this(problem, message, hint, null);
  }

  public ClientException(
      Problem problem, String message, @Nullable String hint, @Nullable Throwable cause) {
    this(problem, message, hint, cause, null);
  }

  private ClientException(
      Problem problem,
      String message,
      @Nullable String hint,
      @Nullable Throwable cause,
      @Nullable Duration retryAfter) {
    super(message, cause);
    this.problem = problem;
    this.hint = hint;
    this.retryAfter = retryAfter;
  }

  /** The same, where the server said how long it wants to be left alone; null for: it did not. */
  public ClientException retryAfter(@Nullable Duration time) {
    return time == null ? this : new ClientException(problem, description(), hint, this, time);
  }

  public Problem problem() {
    return problem;
  }

  /** The message; never null. */
  public String description() {
    return String.valueOf(getMessage());
  }

  /** RFC 9110 §10.2.3. How long the server wants to be left alone; null where it did not say. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** What to do, for a line that begins with "hint:". */
  public @Nullable String hint() {
    return hint;
  }
}

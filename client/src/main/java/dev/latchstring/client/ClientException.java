package dev.latchstring.client;

import org.jspecify.annotations.Nullable;

/**
 * Why there is no token: a problem to switch on, a message that says what is wrong, and a hint that
 * says what to do. None of them holds a secret; text that came from a server is quoted and cut.
 */
public final class ClientException extends RuntimeException {
  private final Problem problem;
  private final @Nullable String hint;

  /**
   * @param message what is wrong, naming the address or file
   * @param hint what to do about it, in the imperative; null where nothing can be advised
   */
  public ClientException(Problem problem, String message, @Nullable String hint) {
    this(problem, message, hint, null);
  }

  public ClientException(
      Problem problem, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.problem = problem;
    this.hint = hint;
  }

  public Problem problem() {
    return problem;
  }

  /** The message; never null. */
  public String description() {
    return String.valueOf(getMessage());
  }

  /** What to do, for a line that begins with "hint:". */
  public @Nullable String hint() {
    return hint;
  }
}

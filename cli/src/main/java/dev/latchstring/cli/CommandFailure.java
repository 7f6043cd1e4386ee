package dev.latchstring.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command with a message and a hint, neither of which holds a secret. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ExitStatus status;
  private final String text;
  private final @Nullable String hint;

  /**
   * @param message what is wrong, naming the address or the file
   * @param hint what to do about it, in the imperative; null where nothing can be advised
   */
  public CommandFailure(ExitStatus status, String message, @Nullable String hint) {
    this(status, message, hint, null);
  }

  public CommandFailure(
      ExitStatus status, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.text = message;
    this.hint = hint;
  }

  public ExitStatus status() {
    return status;
  }

  public String text() {
    return text;
  }

  public @Nullable String hint() {
    return hint;
  }
}

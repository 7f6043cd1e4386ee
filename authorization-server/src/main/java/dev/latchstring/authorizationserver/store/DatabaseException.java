package dev.latchstring.authorizationserver.store;

import org.jspecify.annotations.Nullable;

/**
 * The database cannot be used: what is wrong, and in {@link #hint()} what an operator can do.
 *
 * <p>Neither text holds a password or the content of a row.
 */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String hint;

  public DatabaseException(String message, String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  /** One sentence that tells the operator what to do next. */
  public String hint() {
    return hint;
  }
}

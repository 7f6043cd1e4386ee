package dev.latchstring.client.store;

import org.jspecify.annotations.Nullable;

/** Why a keychain cannot be used now, for the person: it is absent, locked, or does not answer. */
public final class KeychainException extends Exception {
  private static final long serialVersionUID = 1L;

  public KeychainException(String message) {
    this(message, null);
  }

  public KeychainException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message; never null. */
  String reason() {
    return String.valueOf(getMessage());
  }
}

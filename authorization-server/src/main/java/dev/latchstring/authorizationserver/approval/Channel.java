package dev.latchstring.authorizationserver.approval;

import org.jspecify.annotations.Nullable;

/** Where a person answered. */
public sealed interface Channel {
  /** A browser in which the person is signed in. */
  record Browser() implements Channel {}

  /**
   * A program with a token of the person's.
   *
   * @param clientKey the thumbprint of the key that its token is bound to; null where it is not,
   *     and where that was not kept
   */
  record Program(String clientId, @Nullable String clientKey) implements Channel {}

  /** As it is kept and logged: {@code browser}, or {@code client:} and the identifier. */
  default String text() {
    return switch (this) {
      case Browser browser -> "browser";
      case Program program -> "client:" + program.clientId();
    };
  }

  /** What {@link #text} made. */
  static Channel of(String text) {
    return text.startsWith("client:")
        ? new Program(text.substring("client:".length()), null)
        : new Browser();
  }

  /**
   * Whether it was here that the question was asked, as far as can be told: the same client with
   * the same key, or with none. A program cannot answer itself.
   */
  default boolean isWhere(ApprovalRequest request) {
    return this instanceof Program program
        && program.clientId().equals(request.clientId())
        && java.util.Objects.equals(program.clientKey(), request.clientKey());
  }
}

package dev.latchstring.cli;

import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.ClientException;
import dev.latchstring.oauth.OAuthException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A fault in words: the status to end with, what is wrong, what to do.
 *
 * @param code stands for the fault in the JSON form: a problem's name, else the status's
 */
record Explanation(ExitStatus status, String code, String message, @Nullable String hint) {

  private static final String REPORT =
      "run the same command with --debug, and report what it says at"
          + " https://github.com/latchstring/latchstring/issues";

  /** Explains any fault. */
  static Explanation of(Throwable fault) {
    return switch (fault) {
      case CommandFailure failure ->
          new Explanation(
              failure.status(), failure.status().code(), failure.text(), failure.hint());
      case ClientException problem ->
          new Explanation(
              ExitStatus.of(problem.problem()),
              problem.problem().name().toLowerCase(Locale.ROOT),
              problem.description(),
              problem.hint());
      case OAuthException refused ->
          new Explanation(ExitStatus.SERVER, refused.code().code(), refused.description(), null);
      case UncheckedIOException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
      case AccessDeniedException denied ->
          files(denied.getFile() + " may not be read or written", "check who owns it: ls -ld");
      case FileSystemException file ->
          files(
              file.getFile() + ": " + (file.getReason() == null ? "failed" : file.getReason()),
              "check the path and the space left on its disk: df -h");
      case IOException io -> files(messageOf(io), null);
      case OutOfMemoryError none ->
          new Explanation(ExitStatus.UNEXPECTED, "memory", "out of memory", null);
      default ->
          new Explanation(
              ExitStatus.UNEXPECTED,
              ExitStatus.UNEXPECTED.code(),
              "an unexpected fault (" + fault.getClass().getSimpleName() + ")",
              REPORT);
    };
  }

  private static Explanation files(String message, @Nullable String hint) {
    return new Explanation(ExitStatus.FILES, ExitStatus.FILES.code(), message, hint);
  }

  private static String messageOf(Throwable fault) {
    return fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
  }

  /**
   * Prints it. With {@code --debug} the chain of causes follows: their classes and where they were
   * thrown, and messages only of what is known to keep secrets out of them.
   */
  void print(Output output, Throwable fault) {
    output.error(code, message, hint);
    int depth = 0;
    for (Throwable cause = fault; cause != null && depth < 8; cause = cause.getCause(), depth++) {
      output.debug(cause.getClass().getName() + detail(cause));
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, 12); i++) {
        output.debug("  at " + frames[i]);
      }
    }
  }

  private static String detail(Throwable cause) {
    return switch (cause) {
      case ClientException problem -> ": " + problem.problem();
      case OAuthException refused ->
          ": " + refused.code().code() + (refused.detail() == null ? "" : ", " + refused.detail());
      case IOException io -> ": " + messageOf(io);
      default -> "";
    };
  }
}

package dev.latchstring.client.machine;

import dev.latchstring.client.registration.SecretFile;
import java.nio.file.Path;

/**
 * A file with one token, such as a projected token of Kubernetes: read anew for each request, so
 * that a newer one is noticed.
 *
 * <p>Who renews it by writing in place may be met half way: an empty file, or one that changes
 * while it is read, is read again for half a second.
 */
public record FileOrigin(Path file) implements TokenOrigin {
  private static final int MAX_BYTES = 64 * 1024;

  @Override
  public String read(MachineRequest request) {
    return TokenText.of(
        SecretFile.text(where(), file, MAX_BYTES, SecretFile.Kind.PLATFORM_TOKEN), where());
  }

  @Override
  public String where() {
    return "the file " + file;
  }
}

package dev.latchstring.mcpserver.front;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server said of itself and its tools the last time, in one small file, so that a host gets
 * it at once and before there is a token.
 *
 * <p>The file holds ready-made text, one member per line, because the first answer is written
 * before a JSON tree is loaded. It is a cache: a file that is missing, damaged or of another server
 * counts as none, and a failure to write is only logged.
 */
public final class LastKnown implements KnownServer {
  private static final String FORMAT = "latch-connect-2";

  /** Files larger than this are not read (bytes). */
  private static final int MAX_FILE = 4 << 20;

  private final Path directory;
  private final Path file;
  private final String server;

  public LastKnown(Path directory, String server) {
    this.directory = directory;
    this.file = directory.resolve(name(server) + ".txt");
    this.server = server;
  }

  /** Another file about the same server and account. */
  public Path beside(String what) {
    return directory.resolve(name(server) + "." + what);
  }

  @Override
  public @Nullable Entry read() {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_FILE) {
        return null;
      }
      List<String> lines = Files.readAllLines(file);
      boolean ours =
          lines.size() == 5 && lines.get(0).equals(FORMAT) && lines.get(1).equals(server);
      return ours ? new Entry(lines.get(2), lines.get(3), lines.get(4)) : null;
    } catch (IOException | UncheckedIOException e) {
      return null;
    }
  }

  /** Replaces the file, readable by its owner alone: the list may be private to an account. */
  @Override
  public void write(Entry entry) throws IOException {
    byte[] text =
        String.join(
                "\n",
                FORMAT,
                server,
                entry.sessionMembers(),
                entry.statelessMembers(),
                entry.tools())
            .getBytes(StandardCharsets.UTF_8);
    if (text.length > MAX_FILE) {
      return;
    }
    Files.createDirectories(directory);
    Path fresh = Files.createTempFile(directory, "new", ".txt", ownerOnly(directory));
    try {
      Files.write(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path directory) {
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** FNV-1a: a digest would load the security providers before the first answer. */
  private static String name(String server) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < server.length(); i++) {
      hash = (hash ^ server.charAt(i)) * 0x100000001b3L;
    }
    return Long.toHexString(hash);
  }
}

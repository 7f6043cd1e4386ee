package dev.latchstring.cli.connect;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A log of bounded size that its owner alone may read. When it is full it becomes {@code FILE.1},
 * in the place of the one before, and begins anew. Several processes may write to one file: each
 * appends whole writes, and one that finds the file replaced goes on in the new one.
 *
 * <p>A log that cannot be written any more is given up in silence: it may not end the bridge.
 */
final class LogFile extends OutputStream {
  /** The most bytes of one file; there are two. */
  static final long MAX_BYTES = 5L << 20;

  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final long limit;
  private FileChannel channel;
  private @Nullable Object key;

  private LogFile(Path file, long limit) throws IOException {
    this.file = file;
    this.limit = limit;
    this.channel = open(file);
    this.key = keyOf(file);
  }

  /**
   * @throws IOException where it cannot be created or written
   */
  static LogFile at(Path file) throws IOException {
    return new LogFile(file.toAbsolutePath(), MAX_BYTES);
  }

  /** With another limit, for tests. */
  static LogFile at(Path file, long limit) throws IOException {
    return new LogFile(file.toAbsolutePath(), limit);
  }

  private static FileChannel open(Path file) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ALONE)}
            : new FileAttribute<?>[0];
    Set<OpenOption> options =
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND,
            LinkOption.NOFOLLOW_LINKS);
    FileChannel opened = FileChannel.open(file, options, attributes);
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(OWNER_ALONE);
    }
    return opened;
  }

  private static @Nullable Object keyOf(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    try {
      if (channel.size() + length > limit) {
        turn();
      }
      ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
      int written = 1;
      while (rest.hasRemaining() && written > 0) {
        written = channel.write(rest);
      }
    } catch (IOException e) {
      // There is nowhere left to say it.
    }
  }

  private void turn() throws IOException {
    boolean ours = key != null && Objects.equals(key, keyOf(file));
    if (ours) {
      Path older = file.resolveSibling(file.getFileName() + ".1");
      Files.move(file, older, StandardCopyOption.REPLACE_EXISTING);
    }
    FileChannel fresh = open(file);
    channel.close();
    channel = fresh;
    key = keyOf(file);
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}

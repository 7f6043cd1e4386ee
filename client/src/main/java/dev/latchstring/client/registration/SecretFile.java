package dev.latchstring.client.registration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files that hold secrets. One that anybody may write is refused, for whoever wrote it last
 * would be who we are. One of this user's that others may read is told once; platforms mount theirs
 * so, and know why.
 */
public final class SecretFile {
  private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
  private static final int TRIES = 5;
  private static final long PAUSE_MILLIS = 100;

  /**
   * How long a change may go unseen: a file system keeps its times by the kernel's tick, up to ten
   * milliseconds, so that two writes within one leave the same time.
   */
  private static final long TICK_MILLIS = 25;

  private static final Set<Path> TOLD = ConcurrentHashMap.newKeySet();

  /** What is kept in a file. */
  public enum Kind {
    /** Lives for minutes, and is written by the platform with the permissions it means. */
    PLATFORM_TOKEN,
    /** Is good until somebody changes it. */
    LASTING_SECRET
  }

  private SecretFile() {}

  /**
   * The whole of a file, read when nobody was writing it, as far as its size and times tell.
   *
   * @param what it is, for messages: "the file /run/token"
   * @throws ClientException {@link Problem#CREDENTIAL_UNAVAILABLE} where it is not there, may not
   *     be read, is empty, too large, or may be written by anybody
   */
  public static byte[] settled(String what, Path file, int maxBytes, Kind kind) {
    for (int tries = 1; ; tries++) {
      byte[] content;
      try {
        content = readOnce(what, file, maxBytes, kind);
      } catch (NoSuchFileException e) {
        content = null;
        if (tries == TRIES) {
          throw unavailable(what + " is not there", "check the path, and that it is mounted", e);
        }
      } catch (AccessDeniedException e) {
        throw unavailable(what + " may not be read by this user", "check who owns it: ls -l", e);
      } catch (IOException e) {
        throw unavailable(what + " cannot be read: " + reason(e), "check the path", e);
      }
      if (content != null && content.length > 0) {
        return content;
      }
      if (tries == TRIES) {
        throw unusable(
            what + (content == null ? " changes while it is read" : " is empty"),
            "check what is to write it");
      }
      pause(what);
    }
  }

  /** The same as text in UTF-8, without the white space around it. */
  public static String text(String what, Path file, int maxBytes, Kind kind) {
    return new String(settled(what, file, maxBytes, kind), UTF_8).strip();
  }

  /** Null where it was being written. */
  private static byte @Nullable [] readOnce(String what, Path file, int maxBytes, Kind kind)
      throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw unusable(
          what + " is no ordinary file, and reading it might never end",
          "name a file; or a command whose output is read");
    }
    requirePrivate(what, file, kind);
    FileTime before = Files.getLastModifiedTime(file);
    if (Math.abs(System.currentTimeMillis() - before.toMillis()) < TICK_MILLIS) {
      return null;
    }
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(maxBytes + 1);
    }
    if (content.length > maxBytes) {
      throw unusable(
          what + " has more than " + maxBytes + " bytes", "check that it is the right file");
    }
    return Files.getLastModifiedTime(file).equals(before) ? content : null;
  }

  private static void requirePrivate(String what, Path file, Kind kind) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    PosixFileAttributes attributes = view.readAttributes();
    Set<PosixFilePermission> permissions = attributes.permissions();
    if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw unusable(
          what + " may be written by anybody on this machine, who would then be who we are",
          "chmod 600 " + file);
    }
    boolean readable =
        permissions.contains(PosixFilePermission.GROUP_READ)
            || permissions.contains(PosixFilePermission.OTHERS_READ);
    if (kind == Kind.LASTING_SECRET
        && readable
        && attributes.owner().getName().equals(System.getProperty("user.name"))
        && TOLD.add(file)) {
      LOG.warn("{} may be read by others on this machine; chmod 600 {}", what, file);
    }
  }

  private static void pause(String what) {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(what + " was being waited for when this was interrupted", null, e);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return e.getClass().getSimpleName();
  }

  private static ClientException unusable(String what, String hint) {
    return new ClientException(Problem.CREDENTIAL_UNAVAILABLE, what, hint);
  }

  private static ClientException unavailable(String what, @Nullable String hint, Exception cause) {
    return new ClientException(Problem.CREDENTIAL_UNAVAILABLE, what, hint, cause);
  }
}

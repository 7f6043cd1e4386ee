package dev.latchstring.authorizationserver.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/**
 * The file that SQLite works on: made with mode 0600, in a directory made with mode 0700, before
 * SQLite opens it (which gives its journal the same mode).
 */
final class SqliteFile {
  private SqliteFile() {}

  /**
   * The file that a URL names.
   *
   * @throws DatabaseException where SQLite would open something else: nothing, memory, a URI, or a
   *     file whose settings follow its name
   */
  static Path of(DatabaseConfiguration configuration) {
    String name = configuration.url().substring("jdbc:sqlite:".length());
    boolean plain =
        !name.isBlank()
            && !name.startsWith(":")
            && !name.startsWith("file:")
            && name.indexOf('?') < 0
            && name.indexOf('\0') < 0;
    if (!plain) {
      throw new DatabaseException(
          "the database's URL does not name a plain file",
          "Write jdbc:sqlite:/path/latchstring.db, without settings; it cannot be in memory.",
          null);
    }
    return Path.of(name);
  }

  static void prepare(Path file) {
    Path directory = file.toAbsolutePath().normalize().getParent();
    if (directory == null || Files.isDirectory(file)) {
      throw new DatabaseException(
          file + " is a directory, not a database file", "Name a file inside it.", null);
    }
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      requireExisting(file, directory, e);
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
    if (!Files.isWritable(file) || !Files.isWritable(directory)) {
      throw unwritable(directory, new AccessDeniedException(file.toString()));
    }
  }

  private static void requireExisting(Path file, Path directory, IOException e) {
    if (!Files.isRegularFile(file)) {
      throw unwritable(directory, e);
    }
  }

  private static DatabaseException unwritable(Path directory, IOException e) {
    return new DatabaseException(
        "cannot write a database in " + directory,
        "Make the directory writable for this user, or choose another one with --data.",
        e);
  }

  /** What an operator can do about an error that SQLite had while the database was opened. */
  static DatabaseException explain(Path file, Throwable failure) {
    return switch (errorCode(failure)) {
      case SQLITE_NOTADB, SQLITE_CORRUPT ->
          new DatabaseException(
              file + " is damaged, or is not an SQLite database",
              "Restore it from a backup, or move it away to start with an empty one.",
              failure);
      case SQLITE_BUSY, SQLITE_LOCKED ->
          new DatabaseException(
              file + " is locked by another process",
              "Stop the other process (fuser " + file + " names it), or use another --data.",
              failure);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM ->
          new DatabaseException(
              "cannot write " + file,
              "Make the file and its directory writable for this user, or use another --data.",
              failure);
      case SQLITE_FULL ->
          new DatabaseException(
              "there is no space left to write " + file, "Free some space.", failure);
      default ->
          new DatabaseException(
              "SQLite cannot use " + file,
              "Check the disk and the file; the log says what SQLite answered.",
              failure);
    };
  }

  /** The primary code of the SQLite error that caused this. */
  static SQLiteErrorCode errorCode(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getErrorCode() != 0) {
        return SQLiteErrorCode.getErrorCode(sql.getErrorCode() & 0xFF);
      }
    }
    return SQLiteErrorCode.UNKNOWN_ERROR;
  }
}

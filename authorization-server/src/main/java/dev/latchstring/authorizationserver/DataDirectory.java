package dev.latchstring.authorizationserver;

import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.authorizationserver.keys.ServerKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory with the database's file and the key that guards the signing keys, made where it
 * does not exist.
 *
 * <p>That of a server in test mode is its own: marked, so that no other server works on it, held by
 * one server at a time, and emptied at each start and at the end. Its key is in memory alone.
 */
final class DataDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

  /** The file that marks a test server's directory, and is locked while it is in use. */
  private static final String MARK = "test-mode";

  /** What a test server leaves if it is killed. */
  private static final List<String> TEST_FILES =
      List.of(
          ServerConfiguration.DATABASE_FILE,
          ServerConfiguration.DATABASE_FILE + "-wal",
          ServerConfiguration.DATABASE_FILE + "-shm",
          ServerConfiguration.DATABASE_FILE + "-journal",
          "first-password");

  private final ServerConfiguration configuration;
  private final @Nullable FileChannel mark;

  private DataDirectory(ServerConfiguration configuration, @Nullable FileChannel mark) {
    this.configuration = configuration;
    this.mark = mark;
  }

  /**
   * @param created gets what is made, in words
   * @throws ConfigurationException where the directory cannot be used
   */
  static DataDirectory open(ServerConfiguration configuration, List<String> created) {
    Path data = configuration.data();
    try {
      if (Files.notExists(data)) {
        Files.createDirectories(data, ownerOnly());
        created.add("a directory, " + data);
      }
    } catch (IOException e) {
      throw new ConfigurationException(
          "data: cannot create " + data + " (" + e + "); choose another with --data or LATCH_DATA");
    }
    if (!Files.isDirectory(data) || !Files.isWritable(data)) {
      throw new ConfigurationException(
          "data: "
              + data
              + " is not a directory this user can write to; choose another with --data or LATCH_DATA");
    }
    DataDirectory directory =
        new DataDirectory(configuration, configuration.testMode() ? claim(data) : null);
    if (configuration.testMode()) {
      directory.empty();
    } else if (Files.exists(data.resolve(MARK))) {
      throw new ConfigurationException(
          "data: " + data + " is a test server's; choose another with --data or LATCH_DATA");
    }
    Path file = data.resolve(ServerConfiguration.DATABASE_FILE);
    if (Files.notExists(file) && configuration.usesOwnDatabase()) {
      created.add("a database, " + file);
    }
    return directory;
  }

  /** Marks the directory for test mode, where it is marked or there is nothing in it. */
  private static FileChannel claim(Path data) {
    Path mark = data.resolve(MARK);
    try (Stream<Path> content = Files.list(data)) {
      if (Files.notExists(mark) && content.findAny().isPresent()) {
        throw new ConfigurationException(
            "data: "
                + data
                + " is not a test server's, and not empty; name a new directory with --data");
      }
      FileChannel channel =
          FileChannel.open(mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new IOException("locked");
      }
      return channel;
    } catch (IOException | IllegalStateException e) {
      throw new ConfigurationException(
          "data: "
              + data
              + " is in use by another test server, or cannot be written; name another directory"
              + " with --data");
    }
  }

  private void empty() {
    try {
      for (String name : TEST_FILES) {
        Files.deleteIfExists(configuration.data().resolve(name));
      }
    } catch (IOException e) {
      throw new ConfigurationException(
          "data: cannot empty "
              + configuration.data()
              + " ("
              + e
              + "); choose another with --data");
    }
  }

  /**
   * The key that guards the signing keys.
   *
   * @param created gets what is made, in words
   */
  ServerKey serverKey(SecureRandom random, List<String> created) {
    if (configuration.testMode()) {
      return ServerKey.inMemory(random);
    }
    Path file = configuration.data().resolve("server.key");
    if (configuration.keyEncryptionKey() == null && Files.notExists(file)) {
      created.add("the key that guards it, " + file + " (keep a copy, and keep it secret)");
    }
    return ServerKey.load(configuration.keyEncryptionKey(), file, random);
  }

  private static FileAttribute<?>[] ownerOnly() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  /** After the database was closed. */
  @Override
  public void close() {
    if (mark == null) {
      return;
    }
    empty();
    try {
      mark.close();
    } catch (IOException e) {
      LOG.debug("the mark of {} was not released", configuration.data(), e);
    }
  }
}

package dev.latchstring.client.store;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock across threads and processes, by a file that is never deleted. The operating system gives
 * it up when its process ends, however it ends.
 *
 * <p>A file lock belongs to the whole process, so a lock in memory, shared by every store of the
 * process, comes first; it is reentrant, and the file is locked by the first entry alone.
 */
final class SlotLock {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Map<Path, SlotLock> ALL = new ConcurrentHashMap<>();

  private final Path file;
  private final ReentrantLock threads = new ReentrantLock();
  private @Nullable FileChannel channel;

  private SlotLock(Path file) {
    this.file = file;
  }

  /** The lock of a file, the same for every caller in this process. */
  static SlotLock of(Path file) {
    return ALL.computeIfAbsent(file.toAbsolutePath().normalize(), SlotLock::new);
  }

  /**
   * @throws ClientException {@link Problem#STORE_UNAVAILABLE} where the lock is not to be had in 30
   *     seconds, or its file cannot be made
   */
  void lock() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      if (!threads.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException(
          Problem.STORE_UNAVAILABLE, "interrupted while waiting for the token store", null);
    }
    if (threads.getHoldCount() > 1) {
      return;
    }
    boolean locked = false;
    try {
      lockFile(deadline);
      locked = true;
    } catch (IOException e) {
      throw new ClientException(
          Problem.STORE_UNAVAILABLE,
          "the token store's lock " + file + " cannot be used: " + StoreFiles.reason(e),
          "check that the directory is yours and writable, or name another by LATCH_HOME",
          e);
    } finally {
      if (!locked) {
        close();
        threads.unlock();
      }
    }
  }

  private void lockFile(long deadline) throws IOException {
    FileChannel open =
        FileChannel.open(
            file,
            StoreFiles.options(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            StoreFiles.privateFile());
    channel = open;
    long pause = 1_000_000;
    while (true) {
      FileLock lock = open.tryLock();
      if (lock != null) {
        return;
      }
      if (System.nanoTime() - deadline > 0) {
        throw busy();
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(pause * 2, 20_000_000);
      if (Thread.currentThread().isInterrupted()) {
        throw new ClientException(
            Problem.STORE_UNAVAILABLE, "interrupted while waiting for the token store", null);
      }
    }
  }

  void unlock() {
    if (threads.getHoldCount() == 1) {
      close();
    }
    threads.unlock();
  }

  /** Closing gives the file's lock up. */
  private void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new ClientException(
            Problem.STORE_UNAVAILABLE, "the token store's lock cannot be released", null, e);
      }
    }
  }

  private ClientException busy() {
    return new ClientException(
        Problem.STORE_UNAVAILABLE,
        "another process has held the token store's lock " + file + " for 30 seconds",
        "end the latch process that hangs; deleting the file does not help");
  }
}

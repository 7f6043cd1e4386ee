package dev.latchstring.client.store;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A keychain that answers within a time or not at all. Each call is made on a thread of its own,
 * which is given up where it hangs; there is one such thread at most, for while it hangs every
 * further call fails at once.
 */
final class TimedKeychain implements Keychain {
  /** Long enough for somebody to type a password, short enough for an MCP host to wait. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  private final Keychain keychain;
  private final Duration limit;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable FutureTask<String> hanging;

  TimedKeychain(Keychain keychain, Duration limit) {
    this.keychain = keychain;
    this.limit = limit;
  }

  private interface Call {
    String make() throws KeychainException;
  }

  private String within(Call call) throws KeychainException {
    lock.lock();
    try {
      FutureTask<String> stuck = hanging;
      if (stuck != null && !stuck.isDone()) {
        throw new KeychainException("the keychain still does not answer");
      }
      FutureTask<String> task = new FutureTask<>(call::make);
      hanging = task;
      Thread.ofPlatform().daemon().name("keychain").start(task);
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Not cancelled: whoever is asked for a password may answer yet, for the next call.
      throw new KeychainException(
          "the keychain did not answer within " + limit.toSeconds() + " seconds");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KeychainException("interrupted while waiting for the keychain");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KeychainException told) {
        throw new KeychainException(told.reason(), told);
      }
      throw new KeychainException("the keychain cannot be used", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String read(String name) throws KeychainException {
    return within(() -> keychain.read(name));
  }

  @Override
  public void write(String name, String secret) throws KeychainException {
    String written =
        within(() -> {
          keychain.write(name, secret);
          return name;
        });
    assert written.equals(name);
  }

  @Override
  public void remove(String name) throws KeychainException {
    String removed =
        within(() -> {
          keychain.remove(name);
          return name;
        });
    assert removed.equals(name);
  }
}

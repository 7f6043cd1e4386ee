package dev.latchstring.authorizationserver.account;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Checks a person's password.
 *
 * <p>Hashing takes tens of milliseconds and 19 MiB each time, so only as many run at once as there
 * are workers; 64 more wait, and any further one is refused with {@code temporarily_unavailable}. A
 * name that nobody has costs the same time as a wrong password: that of the next account in the
 * order of names is checked, for hashes of a configuration may have any parameters. Whether an
 * attempt is allowed at all is {@link AttemptStore}'s question, asked before.
 */
public final class PasswordAuthentication implements AutoCloseable {
  private static final int WAITING = 64;

  /** The most characters of a password that are hashed; a longer one is wrong. */
  public static final int MAX_LENGTH = 1024;

  private final AccountStore accounts;
  private final PasswordHash passwords;
  private final String nobody;
  private final ThreadPoolExecutor workers;

  /**
   * @param workers how many passwords are hashed at once: the number of cores, or fewer
   */
  public PasswordAuthentication(AccountStore accounts, PasswordHash passwords, int workers) {
    this.accounts = accounts;
    this.passwords = passwords;
    this.workers =
        new ThreadPoolExecutor(
            workers,
            workers,
            60,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("password-", 1).factory());
    this.workers.allowCoreThreadTimeOut(true);
    this.nobody = passwords.ofNothing();
  }

  /** The account, where the name is somebody's and the password is right. */
  public Optional<Account> authenticate(String username, String password) {
    if (username.length() > 128 || password.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    Optional<AccountStore.Credential> nearest = accounts.nearest(username);
    boolean matches =
        matches(password, nearest.map(AccountStore.Credential::passwordHash).orElse(nobody));
    return nearest
        .filter(found -> matches && AccountStore.isOf(found, username))
        .map(AccountStore.Credential::account);
  }

  /**
   * Whether a hash is of this password; takes a worker for as long as that takes.
   *
   * @param phc an Argon2id PHC string
   * @throws OAuthException {@code temporarily_unavailable} where too many wait
   */
  public boolean matches(String password, String phc) {
    try {
      Future<Boolean> answer = workers.submit(() -> passwords.matches(password, phc));
      return answer.get();
    } catch (RejectedExecutionException e) {
      throw new OAuthException(
              ErrorCode.TEMPORARILY_UNAVAILABLE, "too many people sign in at once; try again soon")
          .withDetail("password hashing: all workers busy and the queue full");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OAuthException(
          ErrorCode.TEMPORARILY_UNAVAILABLE, "the server is stopping; try again soon");
    } catch (ExecutionException e) {
      throw new IllegalStateException("password hashing failed", e.getCause());
    }
  }

  /** Finishes what was accepted. */
  @Override
  public void close() {
    workers.close();
  }
}

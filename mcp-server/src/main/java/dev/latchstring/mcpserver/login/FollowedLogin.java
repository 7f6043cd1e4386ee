package dev.latchstring.mcpserver.login;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.mcpserver.stdio.Quoted;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What other processes do about the account that a login here is of: one of them leads a login in
 * the browser, which the others follow, and any may finish one.
 */
final class FollowedLogin {
  /** How often the store and the one that leads are looked at. */
  private static final Duration ELSEWHERE = Duration.ofMillis(500);

  private final Account account;
  private final LoginLead lead;
  private final @Nullable LoginStatus before;

  /** The flow that leads, whose page was shown here. */
  private @Nullable String followed;

  /**
   * @throws ClientException what {@link Account#status} throws
   */
  FollowedLogin(Account account, LoginLead lead) {
    this.account = account;
    this.lead = lead;
    this.before = account.status().orElse(null);
  }

  /** Who has logged in since this login began; null for nobody. */
  @Nullable LoginStatus done() {
    LoginStatus now = statusOf(account);
    boolean another =
        now != null
            && !now.ended()
            && (before == null || before.ended() || !now.loggedInAt().equals(before.loggedInAt()));
    return another ? now : null;
  }

  /** The page of the one that leads, where it was not shown here yet. */
  @Nullable LoginPage page() {
    LoginLead.Note note = lead.read();
    if (note == null || note.page() == null || note.flow().equals(followed)) {
      return null;
    }
    followed = note.flow();
    return note.page();
  }

  /**
   * Why the login that was shown here as well came to nothing, by somebody's decision; null where
   * it did not.
   *
   * @param held what the one that led has left
   */
  @Nullable String end(LoginLead.Held held) {
    LoginLead.Note note = held.before();
    return note == null || note.end() == null || !note.flow().equals(followed)
        ? null
        : Quoted.plain(note.end(), 200);
  }

  /** False where nobody is to look again. */
  static boolean paused() {
    try {
      Thread.sleep(ELSEWHERE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Null where there is no login, or it cannot be read. */
  static @Nullable LoginStatus statusOf(Account account) {
    try {
      return account.status().orElse(null);
    } catch (ClientException e) {
      return null;
    }
  }
}

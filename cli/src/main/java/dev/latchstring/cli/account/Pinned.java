package dev.latchstring.cli.account;

import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.ServerSettings;
import java.util.ArrayList;
import java.util.List;

/** Names what is pinned, each with where it comes from: no override is silent. */
public final class Pinned {
  private Pinned() {}

  /**
   * Of a stored login.
   *
   * @param login what was pinned when it was made, with which it goes on
   * @param now what a new login would be made with
   */
  static List<String> of(ServerSettings login, ServerSettings now) {
    List<String> lines = new ArrayList<>();
    for (Pin pin : now.over(login).all()) {
      Pin made = login.pins().get(pin.name());
      boolean inUse = made != null && made.value().equals(pin.value());
      boolean ofTheLoginAlone = !now.pins().containsKey(pin.name());
      lines.add(pin.describe() + (inUse || ofTheLoginAlone ? "" : ", from the next login on"));
      if (made != null && !inUse) {
        lines.add(made.describe());
      }
    }
    return lines;
  }

  /** Of an account, whether anybody is logged in or not; without network. */
  static List<String> of(LatchClient client, Account account) {
    return account
        .status()
        .map(
            login -> of(login.settings(), client.pinned(login.server(), login.identity().issuer())))
        .orElseGet(() -> of(ServerSettings.NONE, client.pinned(account.server(), null)));
  }

  /** Of a command that is about to use it, for the person. */
  public static void say(Output out, ServerSettings pinned) {
    pinned.all().forEach(pin -> out.say("Pinned: " + pin.describe()));
  }
}

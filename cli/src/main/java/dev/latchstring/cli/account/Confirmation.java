package dev.latchstring.cli.account;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.Identity;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Has it confirmed that the person who approved is the person here. A device code does not prove it
 * (RFC 8628 §5.4): until then nothing is stored and nothing uses the token.
 *
 * @param as the only person to accept; null for no such wish
 * @param yes whether anybody is accepted
 */
record Confirmation(Output output, Environment environment, @Nullable String as, boolean yes) {
  /**
   * Confirms the approval, or discards it.
   *
   * @throws CommandFailure {@link ExitStatus#NOT_LOGGED_IN} where it was discarded
   */
  void decide(Approval approval) {
    Identity identity = approval.identity();
    String who = PlainText.line(identity.display(), Identity.MAX_LENGTH);
    if (as != null && !as.equals(identity.name()) && !as.equals(identity.subject())) {
      approval.discard();
      throw new CommandFailure(
          ExitStatus.NOT_LOGGED_IN,
          "the login was approved by " + who + ", not by " + as + "; its token was revoked",
          "if " + who + " is you, run it again with --as '" + who + "'");
    }
    if (as == null && !yes && approval.needsConfirmation() && !ask(who, identity)) {
      approval.discard();
      throw new CommandFailure(
          ExitStatus.NOT_LOGGED_IN,
          "not confirmed; the token that " + who + " approved was revoked",
          "somebody else may have entered your code: run it again and show the code to nobody");
    }
    approval.confirm();
  }

  private boolean ask(String who, Identity identity) {
    if (!output.terminal().input() || output.isJson()) {
      return false;
    }
    output.say("Approved by " + who + " at " + PlainText.line(identity.issuer(), 200) + ".");
    output.ask("Is that you? [y/N]");
    try {
      String answer = environment.readLine();
      return answer != null
          && (answer.strip().toLowerCase(Locale.ROOT).equals("y")
              || answer.strip().toLowerCase(Locale.ROOT).equals("yes"));
    } catch (IOException e) {
      return false;
    }
  }
}

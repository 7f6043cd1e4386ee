package dev.latchstring.client.call;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.login.LoginPrompt;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * How an application logs a person in when a request needs it. It is called on the thread of that
 * request, by one request at a time for each account; the others wait for its end and share it.
 */
@FunctionalInterface
public interface InteractiveLogin {
  /**
   * Logs in, and returns when the account has its tokens.
   *
   * @param wanted the challenges of the answer that made it necessary; the application may add to
   *     it
   * @throws ClientException where there is no login afterwards; every request that waited gets it
   */
  void logIn(Account account, LoginOptions wanted);

  /**
   * The usual one: whatever way the server and the prompt can do.
   *
   * @param prompt shows the code or the address
   * @param isMe asks the person here whether it was they who approved ({@link
   *     Approval#needsConfirmation}); it has to ask, for a code does not prove it
   */
  static InteractiveLogin showing(LoginPrompt prompt, Predicate<Approval> isMe) {
    return showing(prompt, isMe, UnaryOperator.identity());
  }

  /**
   * The same with wishes of the application.
   *
   * @param wishes such as another flow, or what the machine can do; it adds to the options
   */
  static InteractiveLogin showing(
      LoginPrompt prompt, Predicate<Approval> isMe, UnaryOperator<LoginOptions> wishes) {
    return (account, wanted) -> {
      switch (account.login(wishes.apply(wanted)).run(prompt)) {
        case LoginOutcome.Approved(Approval approval) -> confirm(account, approval, isMe);
        case LoginOutcome.Denied denied -> throw ended(account, "was denied");
        case LoginOutcome.Expired expired -> throw ended(account, "was not approved in time");
        case LoginOutcome.Cancelled cancelled -> throw ended(account, "was given up");
      }
    };
  }

  private static void confirm(Account account, Approval approval, Predicate<Approval> isMe) {
    if (approval.needsConfirmation() && !isMe.test(approval)) {
      approval.discard();
      throw ended(account, "was approved by somebody who was not confirmed");
    }
    approval.confirm();
  }

  private static ClientException ended(Account account, String how) {
    return new ClientException(
        Problem.LOGIN_REQUIRED,
        "the login to " + account.server() + " " + how,
        "send the request again to be asked again");
  }
}

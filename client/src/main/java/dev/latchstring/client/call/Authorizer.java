package dev.latchstring.client.call;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * MCP authorization, "Token Handling" and "Scope Challenge Handling". Puts an account's token on
 * requests, and says of each answer whether the request is to be sent again.
 *
 * <p>One per account and process: it is what makes one login serve all requests that wait. Safe for
 * use by many threads; {@link #prepare} and {@link #after} may block, the latter for as long as a
 * person takes.
 */
public final class Authorizer {
  /** A login whose token was never accepted is not followed by another for so long. */
  private static final Duration NOT_ACCEPTED = Duration.ofMinutes(1);

  /** How often a request waits for the login of another before it sees its own. */
  private static final int MAX_JOINED = 3;

  private final Account account;
  private final @Nullable InteractiveLogin interactive;
  private final InstantSource clock;
  private final String origin;
  private final Noted noted;

  /** What is known of the account's requests, whoever makes them. */
  private static final class Noted {
    private final Nonces nonces = new Nonces();
    private final SingleLogin single = new SingleLogin();

    /** Of the thread whose login runs. */
    private final StepUps stepUps;

    private final AtomicLong logins = new AtomicLong();
    private volatile boolean accepted = true;

    /** Of the last login, while nobody knows whether the server takes it. */
    private volatile @Nullable AccessToken untried;

    /** Whether the server refused the token of the last login. */
    private volatile boolean refused;

    private volatile Instant loggedInAt = Instant.MIN;

    Noted(InstantSource clock) {
      this.stepUps = new StepUps(clock);
    }
  }

  /**
   * @param interactive null where nobody can be asked: what needs a login then ends with {@link
   *     Problem#LOGIN_REQUIRED}, whose hint says how to log in
   */
  public Authorizer(Account account, @Nullable InteractiveLogin interactive, InstantSource clock) {
    this(account, interactive, clock, new Noted(clock));
  }

  private Authorizer(
      Account account, @Nullable InteractiveLogin interactive, InstantSource clock, Noted noted) {
    this.account = account;
    this.interactive = interactive;
    this.clock = clock;
    this.origin = HttpsUri.origin(account.server());
    this.noted = noted;
  }

  /** The same for requests whose person is asked in another way. */
  public Authorizer asking(InteractiveLogin other) {
    return new Authorizer(account, other, clock, noted);
  }

  /** Whose tokens these are. */
  public Account account() {
    return account;
  }

  /**
   * What is to go with a request. Where the account has no login it goes without a token: the
   * server's answer says what is needed.
   *
   * @param operation see {@link Sent}
   * @throws ClientException {@link Problem#BAD_ADDRESS} where the target has another origin than
   *     the account's server; {@link Problem#NETWORK} where a refresh is due and cannot be had
   */
  public Sent prepare(String method, URI target, String operation) {
    if (!HttpsUri.origin(target).equals(origin)) {
      throw new ClientException(
          Problem.BAD_ADDRESS,
          "the tokens of " + account.server() + " are not sent to " + HttpsUri.origin(target),
          "use an account of that server");
    }
    AccessToken token = current().token();
    if (token != null && !HttpsUri.origin(token.resource()).equals(origin)) {
      throw new ClientException(
          Problem.BAD_ADDRESS,
          "the token is for " + token.resource() + ", which is not where " + origin + " is",
          "log out and log in again");
    }
    return new Sent(method, target, operation, token, noted.nonces.of(target));
  }

  /**
   * Takes note of an answer, and says whether the request is to be sent again, with what {@link
   * #prepare} gives then.
   *
   * <p>The caller limits how often that is; {@link AuthorizedHttpClient} says how.
   *
   * @param mayLogIn whether to wait for a login that would be needed; without, the answer is
   *     delivered
   * @throws ClientException what ended the login that would have been needed; {@link
   *     Problem#LOGIN_REQUIRED} where nobody can be asked
   */
  public Next after(Sent sent, int status, HttpHeaders headers, boolean mayLogIn) {
    noted.nonces.note(sent.target(), headers);
    if (status != 401 && status != 403) {
      if (sent.token() != null) {
        noted.accepted = true;
      }
      return Next.DELIVER;
    }
    return switch (Refusal.read(status, headers)) {
      case Refusal.NonceWanted(String nonce) ->
          sent.token() != null && sent.token().isBound() && !nonce.equals(sent.nonce())
              ? Next.SEND_AGAIN
              : Next.DELIVER;
      case Refusal.TokenRefused(List<Challenge> challenges) ->
          anotherToken(sent, challenges, mayLogIn);
      case Refusal.MoreWanted(Refusal.Need need, List<Challenge> challenges) ->
          sent.token() == null
              ? anotherToken(sent, challenges, mayLogIn)
              : moreRights(sent, sent.token(), need, challenges, mayLogIn);
      case Refusal.Final none -> Next.DELIVER;
    };
  }

  /**
   * @param why there is no token; null where there is one
   */
  private record Current(@Nullable AccessToken token, @Nullable ClientException why) {}

  private Current current() {
    try {
      return new Current(account.tokens().token(), null);
    } catch (ClientException e) {
      return new Current(null, requireLoginWanted(e));
    }
  }

  private static ClientException requireLoginWanted(ClientException e) {
    return switch (e.problem()) {
      case LOGIN_REQUIRED, REAUTHENTICATION_REQUIRED -> e;
      default -> throw e;
    };
  }

  private Next anotherToken(Sent sent, List<Challenge> challenges, boolean mayLogIn) {
    Current now = current();
    if (isReplaced(sent, now, null)) {
      return Next.SEND_AGAIN;
    }
    AccessToken token = sent.token();
    AccessToken latest = noted.untried;
    if (token != null && latest != null && latest.value().equals(token.value())) {
      noted.refused = true;
    }
    ClientException why = now.why();
    if (token != null && why == null) {
      try {
        AccessToken other = account.tokens().rejected(token);
        return other.value().equals(token.value()) ? Next.DELIVER : Next.SEND_AGAIN;
      } catch (ClientException e) {
        why = requireLoginWanted(e);
      }
    }
    return why == null || !mayLogIn ? Next.DELIVER : logIn(sent, null, challenges, why);
  }

  private Next moreRights(
      Sent sent,
      AccessToken token,
      Refusal.Need need,
      List<Challenge> challenges,
      boolean mayLogIn) {
    noted.accepted = true;
    if (isReplaced(sent, current(), need)) {
      return Next.SEND_AGAIN;
    }
    if (!mayLogIn || need.isCoveredBy(token.scope())) {
      // Where it has what is asked for, a new login would bring the same.
      return Next.DELIVER;
    }
    return logIn(
        sent,
        need,
        challenges,
        new ClientException(
            Problem.LOGIN_REQUIRED,
            account.server()
                + (need.authentication() == null
                    ? " wants more rights than the login has: " + need.scope()
                    : " wants the person to prove again who they are"),
            "log in again with what it asks for, such as latch login --scope '"
                + need.scope()
                + "' "
                + account.server()));
  }

  /** Whether there is a token by now that is worth another try. */
  private static boolean isReplaced(Sent sent, Current current, Refusal.@Nullable Need need) {
    AccessToken now = current.token();
    AccessToken then = sent.token();
    return now != null
        && (then == null || !now.value().equals(then.value()))
        && (need == null
            || need.authentication() != null
            || need.scope().isEmpty()
            || now.scope().containsAll(need.scope()));
  }

  /**
   * @param need null where any token will do
   */
  private Next logIn(
      Sent sent, Refusal.@Nullable Need need, List<Challenge> challenges, ClientException why) {
    InteractiveLogin ask = interactive;
    if (ask == null) {
      throw why;
    }
    for (int joined = 0; joined < MAX_JOINED; joined++) {
      boolean mine =
          noted.single.runOrJoin(() -> {
            if (!isReplaced(sent, current(), need)) {
              logInNow(ask, sent, need, challenges);
            }
          });
      if (mine || isReplaced(sent, current(), need)) {
        break;
      }
    }
    return isReplaced(sent, current(), null) ? Next.SEND_AGAIN_AFTER_LOGIN : Next.DELIVER;
  }

  private void logInNow(
      InteractiveLogin ask, Sent sent, Refusal.@Nullable Need need, List<Challenge> challenges) {
    if (need == null) {
      requireAcceptance();
    } else if (!noted.stepUps.begin(sent.operation(), need, noted.logins.get())) {
      return;
    }
    try {
      ask.logIn(account, LoginOptions.DEFAULT.withChallenges(challenges));
    } catch (ClientException e) {
      if (need != null && e.problem() == Problem.NETWORK) {
        noted.stepUps.forget(sent.operation(), need);
      }
      throw e;
    }
    noted.logins.incrementAndGet();
    noted.accepted = false;
    noted.refused = false;
    noted.untried = current().token();
    noted.loggedInAt = clock.instant();
  }

  /** Where the server took no token of the last login, another login would not help. */
  private void requireAcceptance() {
    if (noted.refused
        && !noted.accepted
        && clock.instant().isBefore(noted.loggedInAt.plus(NOT_ACCEPTED))) {
      throw new ClientException(
          Problem.REFUSED,
          account.server() + " does not accept the token of a login that was just done",
          "tell its operator: the server and its authorization server do not agree");
    }
  }
}

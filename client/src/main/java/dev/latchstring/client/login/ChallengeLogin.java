package dev.latchstring.client.login;

import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.client.challenge.ChallengeRequest;
import dev.latchstring.client.challenge.ChallengeTokens;
import dev.latchstring.client.challenge.ChallengeTurn;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.message.TokenResponse;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * docs/challenge-profile.md. Login by answering, step by step, what the server asks: every turn of
 * a {@link ChallengeClient} on one thread.
 *
 * <p>It continues from the account's stored session where there is one, so that a step-up asks for
 * what is missing alone. Its tokens are bound to a key that is stored with them.
 */
public final class ChallengeLogin implements Login {
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(60);
  private static final int MOST_LOST_POLLS = 5;

  private final LoginContext context;
  private final Discovered at;
  private final Scope scope;
  private final List<Challenge> challenges;
  private final ChallengeOptions options;
  private final @Nullable StoredLogin present;
  private final Clock clock;
  private final SecureRandom random;
  private final Cancellation cancellation = new Cancellation();
  private final Pause pause;

  /**
   * @param challenges of the refusal that made the login necessary; empty where there is none
   * @param pause another way to wait, for tests that move the clock; null for the usual one
   */
  ChallengeLogin(
      LoginContext context,
      ChallengeOptions options,
      List<Challenge> challenges,
      @Nullable Pause pause) {
    this.context = context;
    this.at = context.at();
    this.scope = context.scope();
    this.challenges = List.copyOf(challenges);
    this.options = options;
    this.present = context.present();
    this.clock = context.clock();
    this.random = context.random();
    this.pause = pause == null ? cancellation : pause;
  }

  @Override
  public FlowName flow() {
    return FlowName.CHALLENGE;
  }

  @Override
  public void cancel() {
    cancellation.cancel();
  }

  /**
   * As {@link Login#run}; the person is asked by the options' own prompt.
   *
   * @param prompt shows the address where the server sends the person to a browser
   * @throws ClientException as {@link Login#run}; and {@link Problem#BROWSER_NEEDED}, {@link
   *     Problem#UNMET_AUTHENTICATION}, {@link Problem#REGISTRATION_IMPOSSIBLE}
   */
  @Override
  public LoginOutcome run(LoginPrompt prompt) {
    return cancellation.during(() -> start(prompt));
  }

  private LoginOutcome start(LoginPrompt prompt) throws InterruptedException {
    ClientIdentity identity = context.registration().configured(at, "a login by challenge");
    ClientAuthentication authentication =
        ClientAuthentication.of(
            identity, at.authorizationServer().tokenEndpointAuthMethodsSupported());
    JWK key = key(identity);
    try (ChallengeClient client =
        ChallengeClient.sharing(
            context.requests(), at.authorizationServer(), identity, clock, random)) {
      ChallengeTurn first =
          client.begin(request(identity, key), new DpopProofs(key, clock, random));
      return new Conversation(client, prompt)
          .run(first, tokens -> open(tokens, key, authentication));
    }
  }

  /** The installation's own, else the stored login's, else a new one. */
  private JWK key(ClientIdentity identity) {
    JWK own = identity.instanceKey();
    if (own != null) {
      return own;
    }
    JWK stored = continues(identity) ? storedKey() : null;
    return stored == null ? DpopProofs.newKey(random) : stored;
  }

  private ChallengeRequest request(ClientIdentity identity, JWK key) {
    boolean continued = continues(identity) && key.equals(storedKey());
    return ChallengeRequest.of(at.resource(), scope)
        .withSettings(at.settings())
        .withAcrValues(options.acrValues())
        .withUiLocales(options.uiLocales())
        .withAuthSession(continued && present != null ? present.authSession() : null)
        .withChallenges(challenges);
  }

  /** A session is its issuer's, its client's and its key's. */
  private boolean continues(ClientIdentity identity) {
    return present != null
        && present.issuer().equals(at.issuer())
        && present.clientId().equals(identity.clientId());
  }

  private @Nullable JWK storedKey() {
    String stored = present == null ? null : present.dpopKey();
    try {
      return stored == null ? null : JWK.parse(stored);
    } catch (ParseException e) {
      return null;
    }
  }

  private LoginOutcome open(ChallengeTokens tokens, JWK key, ClientAuthentication authentication) {
    AccessToken token = tokens.accessToken();
    TokenResponse response =
        new TokenResponse(
            token.value(),
            token.type(),
            token.expiresAt() == null
                ? null
                : Long.valueOf(Duration.between(clock.instant(), token.expiresAt()).toSeconds()),
            tokens.refreshToken(),
            token.scope().toString(),
            tokens.idToken());
    return new LoginOutcome.Approved(
        context
            .approvals()
            .openProven(
                response,
                at,
                token.scope(),
                authentication,
                new Approvals.Proof(key.toJSONString(), tokens.authSession())));
  }

  private interface Opening {
    LoginOutcome open(ChallengeTokens tokens);
  }

  /** The turns from the first to the last. */
  private final class Conversation {
    private final ChallengeClient client;
    private final ChallengeVisits browser;
    private Duration patience = options.patience();
    private @Nullable Step approving;
    private int lostPolls;

    Conversation(ChallengeClient client, LoginPrompt shown) {
      this.client = client;
      this.browser = new ChallengeVisits(context, client, shown);
    }

    LoginOutcome run(ChallengeTurn first, Opening opening) throws InterruptedException {
      ChallengeTurn turn = first;
      while (true) {
        if (cancellation.isCancelled()) {
          return new LoginOutcome.Cancelled();
        }
        switch (turn) {
          case ChallengeTurn.Asked asked ->
              turn = isStillPending(asked.step()) ? poll(asked) : ask(asked);
          case ChallengeTurn.Busy busy -> turn = again(busy);
          case ChallengeTurn.Done done -> {
            return opening.open(done.tokens());
          }
          case ChallengeTurn.ToWeb web -> turn = browser.turn(web);
          case ChallengeTurn.Ended ended -> {
            return outcome(ended);
          }
        }
      }
    }

    private boolean isStillPending(Step step) {
      return approving != null
          && step.kind() == StepKind.APPROVAL
          && step.id().equals(approving.id())
          && Objects.equals(step.number(), approving.number());
    }

    private ChallengeTurn ask(ChallengeTurn.Asked asked) {
      Answer answer;
      try {
        answer = options.prompt().answer(asked.step());
      } catch (RuntimeException e) {
        throw new ClientException(
            Problem.NOT_SHOWN,
            "the step " + ServerText.quote(asked.step().id()) + " could not be asked: " + reason(e),
            e instanceof ClientException told ? told.hint() : "log in from a terminal");
      }
      boolean goesOn = answer instanceof Answer.Values;
      approving = asked.step().kind() == StepKind.APPROVAL && goesOn ? asked.step() : null;
      try {
        return client.answer(asked, answer);
      } catch (IllegalArgumentException e) {
        throw new ClientException(
            Problem.NOT_SHOWN,
            "the answer does not fit the step: " + e.getMessage(),
            "answer with the properties and alternatives that the step names");
      }
    }

    /** Not the cause: what a prompt failed over may hold what was typed. */
    private String reason(RuntimeException e) {
      return e instanceof ClientException told ? told.description() : e.getClass().getSimpleName();
    }

    private ChallengeTurn poll(ChallengeTurn.Asked asked) throws InterruptedException {
      Duration told = asked.step().interval();
      Duration interval = told == null || !told.isPositive() ? POLL : told;
      Duration wait = interval.multipliedBy(1 + lostPolls);
      pause.await(wait.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : wait);
      try {
        ChallengeTurn next = client.answer(asked, Answer.goOn());
        lostPolls = 0;
        return next;
      } catch (ClientException e) {
        if (e.problem() != Problem.NETWORK
            || Thread.currentThread().isInterrupted()
            || ++lostPolls > MOST_LOST_POLLS) {
          throw e;
        }
        return asked;
      }
    }

    private ChallengeTurn again(ChallengeTurn.Busy busy) throws InterruptedException {
      patience = patience.minus(busy.retryAfter());
      if (patience.isNegative()) {
        throw new ClientException(
            Problem.NETWORK,
            "the authorization server "
                + at.issuer()
                + " cannot now, and asks to wait "
                + busy.retryAfter().toSeconds()
                + " seconds",
            "try again then; nothing was used up");
      }
      pause.await(busy.retryAfter());
      return client.again(busy);
    }

    private LoginOutcome outcome(ChallengeTurn.Ended ended) {
      return switch (ended.ending()) {
        case DENIED -> new LoginOutcome.Denied();
        case ABANDONED -> new LoginOutcome.Cancelled();
        case SESSION_LOST -> new LoginOutcome.Expired();
        case UNMET ->
            throw failure(
                ended,
                Problem.UNMET_AUTHENTICATION,
                "ask for another authentication context, or for less scope");
        case CLIENT_REFUSED ->
            throw failure(
                ended,
                Problem.CLIENT_REFUSED,
                "check LATCH_CLIENT_ID and its secret or key; its operator has to call it"
                    + " first_party");
        case LOGIN_REQUIRED, REFUSED ->
            throw failure(
                ended,
                Problem.REFUSED,
                ended.error().equals("invalid_scope") ? "ask for other scopes" : null);
      };
    }

    private ClientException failure(
        ChallengeTurn.Ended ended, Problem problem, @Nullable String hint) {
      return new ClientException(
          problem,
          "the login by challenge was refused: the authorization server answered "
              + ended.error()
              + (ended.description() == null ? "" : ", " + ServerText.quote(ended.description())),
          hint);
    }
  }
}

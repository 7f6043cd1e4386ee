package dev.latchstring.client.challenge;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.Pkce;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each answer of the server makes of a login: the next {@link ChallengeTurn}. */
final class Turns {
  private static final int MOST_MISREAD = 3;
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);
  private static final Duration UNTOLD_WAIT = Duration.ofSeconds(5);
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

  private final ChallengeEndpoint endpoint;
  private final Redemption redemption;
  private final @Nullable String authorizationEndpoint;
  private final String clientId;
  private final SecureRandom random;

  Turns(
      ChallengeEndpoint endpoint,
      Redemption redemption,
      @Nullable String authorizationEndpoint,
      String clientId,
      SecureRandom random) {
    this.endpoint = endpoint;
    this.redemption = redemption;
    this.authorizationEndpoint = authorizationEndpoint;
    this.clientId = clientId;
    this.random = random;
  }

  ChallengeTurn begin(ChallengeRequest request, DpopProofs key) {
    return begin(request, key, false, false);
  }

  private ChallengeTurn begin(
      ChallengeRequest request, DpopProofs key, boolean restarted, boolean reissued) {
    String verifier = Pkce.newVerifier(random);
    String stateParameter = Secrets.newToken(random);
    return send(
        new ChallengeState(
            new ChallengeState.Facts(
                request,
                key,
                verifier,
                stateParameter,
                request.authSession(),
                null,
                request.parameters(verifier, stateParameter),
                restarted,
                reissued,
                0)));
  }

  ChallengeTurn answer(ChallengeTurn.Asked turn, Answer answer) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("response_type", "code");
    switch (answer) {
      case Answer.Abandon gaveUp -> {
        return new ChallengeTurn.Ended(ChallengeTurn.Ending.ABANDONED, "abandoned", null);
      }
      case Answer.Resend again -> form.put("step", turn.step().id());
      case Answer.SwitchTo(String stepId) -> form.put("step", alternative(turn.step(), stepId));
      case Answer.Values values -> {
        String json = AnswerForm.of(turn.step(), values).orElse(null);
        if (json == null) {
          return notUnderstood(turn.step(), turn.state());
        }
        form.put("step", turn.step().id());
        form.put("answer", json);
      }
    }
    return send(turn.state().asking(turn.step()).sending(form));
  }

  private static String alternative(Step step, String stepId) {
    if (!step.id().equals(stepId)
        && step.alternatives().stream().noneMatch(other -> other.id().equals(stepId))) {
      throw new IllegalArgumentException(
          ServerText.clean(stepId, 100) + " is no alternative of the step " + step.id());
    }
    return stepId;
  }

  private static ChallengeTurn notUnderstood(Step step, ChallengeState state) {
    Step again = step.because(Step.Reason.NOT_UNDERSTOOD);
    return new ChallengeTurn.Asked(again, state.asking(again));
  }

  /** Sends what is pending. */
  ChallengeTurn send(ChallengeState state) {
    ChallengeState.Facts facts = state.facts();
    Map<String, String> form = new LinkedHashMap<>(facts.pending());
    if (facts.authSession() != null) {
      form.put("auth_session", facts.authSession());
    }
    ChallengeReply reply = endpoint.post(facts.key(), form);
    ChallengeState next = state.in(reply.authSession());
    String code = reply.code();
    return code == null ? refused(reply, next) : redeem(next, code, null);
  }

  private ChallengeTurn refused(ChallengeReply reply, ChallengeState state) {
    return switch (String.valueOf(reply.error())) {
      case "insufficient_authorization" -> asked(reply, state);
      case "redirect_to_web" -> toWeb(reply, state);
      case "temporarily_unavailable", "server_error", "slow_down" ->
          new ChallengeTurn.Busy(wait(reply.retryAfter()), state);
      case "invalid_session" -> sessionLost(reply, state.facts());
      case "invalid_request" -> malformed(reply, state);
      case "access_denied" -> ended(ChallengeTurn.Ending.DENIED, reply);
      case "unmet_authentication_requirements" -> ended(ChallengeTurn.Ending.UNMET, reply);
      case "invalid_client", "unauthorized_client" ->
          ended(ChallengeTurn.Ending.CLIENT_REFUSED, reply);
      default -> ended(ChallengeTurn.Ending.REFUSED, reply);
    };
  }

  private static ChallengeTurn asked(ChallengeReply reply, ChallengeState state) {
    if (state.facts().authSession() == null) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the authorization challenge endpoint asked for more without an auth_session",
          "ask the authorization server's operator to correct it");
    }
    Step step = StepReader.read(reply.step());
    return new ChallengeTurn.Asked(step, state.asking(step).misread(0));
  }

  private ChallengeTurn toWeb(ChallengeReply reply, ChallengeState state) {
    URI open =
        BrowserRequest.of(authorizationEndpoint, clientId, reply.requestUri(), state.facts());
    return new ChallengeTurn.ToWeb(open, reply.expiresIn(), state.facts().stateParameter(), state);
  }

  /** A session that ended is no reason to ask nobody: once, everything is asked anew. */
  private ChallengeTurn sessionLost(ChallengeReply reply, ChallengeState.Facts facts) {
    return facts.restarted() || facts.authSession() == null
        ? ended(ChallengeTurn.Ending.SESSION_LOST, reply)
        : begin(facts.request().withAuthSession(null), facts.key(), true, facts.reissued());
  }

  /** Of an answer: the person may say it again. Of anything else: this program is wrong. */
  private static ChallengeTurn malformed(ChallengeReply reply, ChallengeState state) {
    Step step = state.facts().asked();
    int misread = state.facts().misread() + 1;
    return step == null || !state.facts().pending().containsKey("answer") || misread > MOST_MISREAD
        ? ended(ChallengeTurn.Ending.REFUSED, reply)
        : notUnderstood(step, state.misread(misread));
  }

  private static ChallengeTurn ended(ChallengeTurn.Ending ending, ChallengeReply reply) {
    return new ChallengeTurn.Ended(ending, String.valueOf(reply.error()), reply.description());
  }

  private static Duration wait(@Nullable Duration told) {
    Duration time = told == null ? UNTOLD_WAIT : told;
    if (time.compareTo(SHORTEST_WAIT) < 0) {
      return SHORTEST_WAIT;
    }
    return time.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : time;
  }

  ChallengeTurn finish(ChallengeState state, String code) {
    return redeem(state, code, state.facts().request().redirectUri());
  }

  /**
   * A code is good once, so a reply that was lost is not asked for again: with what was proven the
   * server gives another code, and asks nothing.
   */
  private ChallengeTurn redeem(ChallengeState state, String code, @Nullable URI redirectUri) {
    Redemption.Result result;
    try {
      result = redemption.code(state, code, redirectUri);
    } catch (ClientException e) {
      if (e.problem() != Problem.NETWORK
          || Thread.currentThread().isInterrupted()
          || !canReissue(state)) {
        throw e;
      }
      return reissue(state);
    }
    return switch (result) {
      case Redemption.Result.Granted(ChallengeTokens tokens) -> new ChallengeTurn.Done(tokens);
      case Redemption.Result.Refused refused -> {
        ChallengeState next = state.in(refused.authSession());
        boolean again =
            refused.error().equals("invalid_grant")
                || refused.error().equals("insufficient_authorization");
        yield again && canReissue(next)
            ? reissue(next)
            : refused.ended(ChallengeTurn.Ending.REFUSED);
      }
    };
  }

  private static boolean canReissue(ChallengeState state) {
    return state.facts().authSession() != null && !state.facts().reissued();
  }

  private ChallengeTurn reissue(ChallengeState state) {
    ChallengeState.Facts facts = state.facts();
    return begin(
        facts.request().withAuthSession(facts.authSession()), facts.key(), facts.restarted(), true);
  }

  ChallengeTurn refresh(ChallengeTokens tokens) {
    ChallengeState state = tokens.state().in(tokens.authSession());
    if (tokens.refreshToken() == null) {
      return new ChallengeTurn.Ended(
          ChallengeTurn.Ending.LOGIN_REQUIRED, "invalid_grant", "there is no refresh token");
    }
    return switch (endpoint.persistently(() -> redemption.refresh(tokens))) {
      case Redemption.Result.Granted(ChallengeTokens renewed) -> new ChallengeTurn.Done(renewed);
      case Redemption.Result.Refused refused ->
          switch (refused.error()) {
            case "insufficient_authorization" -> personAgain(state.in(refused.authSession()));
            case "invalid_grant" -> refused.ended(ChallengeTurn.Ending.LOGIN_REQUIRED);
            default -> refused.ended(ChallengeTurn.Ending.REFUSED);
          };
    };
  }

  private ChallengeTurn personAgain(ChallengeState state) {
    ChallengeState.Facts facts = state.facts();
    return begin(facts.request().withAuthSession(facts.authSession()), facts.key());
  }

  LogoutResult revoke(ChallengeTokens tokens) {
    return redemption.revoke(tokens);
  }
}

package dev.latchstring.authorizationserver.challenge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.challenge.AuthSessionStore.Held;
import dev.latchstring.authorizationserver.challenge.Conversation.Need;
import dev.latchstring.authorizationserver.challenge.Login.Proof;
import dev.latchstring.authorizationserver.challenge.Login.Turn;
import dev.latchstring.authorizationserver.page.ClientNetwork;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * draft-ietf-oauth-first-party-apps-04 §5.3. A request with {@code step}: an answer, or the wish to
 * be asked something else.
 */
final class Answering {
  /** The longest {@code answer}, in bytes. */
  private static final int MAX_ANSWER = 16 * 1024;

  /** How many answers that cannot be read end a session. */
  private static final int UNREAD = 10;

  /** How often a session may be asked for a step anew. */
  private static final int SENT = 5;

  private final Conversation conversation;
  private final AuthSessionStore sessions;
  private final AttemptStore attempts;
  private final Turnstile turnstile;
  private final Settlement settlement;
  private final Responses responses;

  Answering(
      Conversation conversation,
      AuthSessionStore sessions,
      AttemptStore attempts,
      Turnstile turnstile,
      Settlement settlement,
      Responses responses) {
    this.conversation = conversation;
    this.sessions = sessions;
    this.attempts = attempts;
    this.turnstile = turnstile;
    this.settlement = settlement;
    this.responses = responses;
  }

  ChallengeResponse answer(ChallengeRequest request) {
    String id = request.form().required("step");
    String text = request.form().optional("answer");
    if (request.authSession() == null) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST, "step comes with the auth_session that asked for it");
    }
    Held seen = sessions.find(request.session()).orElseThrow(ChallengeRequest::noSession);
    request.requireOwn(seen);
    requireConfigured(seen.login());
    byte[] mac = request.mac(id + "\n" + (text == null ? "" : "=" + text));
    if (seen.repeats(mac, conversation.now())) {
      return responses.again(seen);
    }
    Turn turn = seen.login().turn();
    if (seen.replaced() || turn == null) {
      throw ChallengeRequest.noSession();
    }
    if (text == null) {
      return anew(request, seen, id, mac);
    }
    if (!turn.step().equals(id)) {
      throw turnstile.malformed(
          request,
          "the step that is asked is " + turn.step() + "; ask for another with step alone");
    }
    JsonNode answer = parse(request, text);
    Step step = conversation.contexts().step(id);
    Asking asking = conversation.asking(seen.name(), seen.login());
    return switch (step.refuse(asking, answer)) {
      case null -> check(request, seen, step, asking, answer, mac);
      case Verdict.Malformed malformed -> throw turnstile.malformed(request, malformed.why());
      default -> notUnderstood(request, seen, step, mac);
    };
  }

  /** A session may wait for a step that was configured away since. */
  private void requireConfigured(Login login) {
    Turn turn = login.turn();
    if (turn != null && !conversation.contexts().knows(turn.step())) {
      throw ChallengeRequest.noSession();
    }
  }

  private JsonNode parse(ChallengeRequest request, String text) {
    JsonNode answer = object(text);
    if (answer == null) {
      throw turnstile.malformed(
          request,
          "answer must be a JSON object that fits requestedSchema, at most "
              + MAX_ANSWER
              + " bytes");
    }
    return answer;
  }

  /** Null where it is none; what is wrong with it might quote it. */
  static @Nullable JsonNode object(String text) {
    if (text.getBytes(UTF_8).length > MAX_ANSWER) {
      return null;
    }
    try {
      JsonNode answer = Json.readTree(text);
      return answer.isObject() ? answer : null;
    } catch (JsonException e) {
      return null;
    }
  }

  /** The answer is no answer: it costs no attempt, and there are not many of these. */
  private ChallengeResponse notUnderstood(
      ChallengeRequest request, Held seen, Step step, byte[] mac) {
    Held held = through(request, seen, mac, before -> Turnstile.Cost.none(before.login()));
    Login login = held.login().counting(0, 1, 0, 0);
    note(request, step, held.login(), "not_understood");
    if (login.unread() > UNREAD) {
      settlement.end(held, Pardon.NONE);
      throw Settlement.over();
    }
    return kept(
        () -> turnstile.leave(held, held.login(), List.of()),
        () ->
            settlement.settle(
                request, held.name(), held, again(login, Reason.NOT_UNDERSTOOD), mac, Pardon.NONE));
  }

  /**
   * Keeps what became of an answer. Where the database has no time for it, nothing was done, and
   * the same answer is taken again at once.
   */
  private static ChallengeResponse kept(Runnable leave, Supplier<ChallengeResponse> settling) {
    try {
      return settling.get();
    } catch (OAuthException e) {
      if (e.code() == ErrorCode.TEMPORARILY_UNAVAILABLE) {
        try {
          leave.run();
        } catch (RuntimeException stays) {
          // It has no time for that either: the session is free again after half a minute.
          e.addSuppressed(stays);
        }
      }
      throw e;
    }
  }

  private ChallengeResponse check(
      ChallengeRequest request, Held seen, Step step, Asking asking, JsonNode answer, byte[] mac) {
    String id = turn(seen.login()).step();
    List<AttemptKey> keys = step.isGuessable() ? keys(request, id, asking) : List.of();
    if (step.isGuessable()) {
      Duration delay = attempts.delay(clientKey(request));
      if (!delay.isZero()) {
        return new ChallengeResponse.Later(request.session(), delay);
      }
    }
    int cost = step.isGuessable() ? 1 : 0;
    Turnstile.Passage passage =
        turnstile.enter(
            request,
            seen,
            mac,
            before -> new Turnstile.Cost(before.login().counting(cost, 0, 0, 0), keys));
    return switch (passage) {
      case Turnstile.Passage.Repeated repeated -> responses.again(repeated.held());
      case Turnstile.Passage.Delayed delayed ->
          new ChallengeResponse.Later(request.session(), delayed.delay());
      case Turnstile.Passage.Through through -> {
        Held held = through.held();
        Login before = held.login().counting(-cost, 0, 0, 0);
        Verdict verdict = verdict(step, held, before, answer, keys);
        boolean wrong = verdict instanceof Verdict.Wrong;
        // Whoever was told that it is wrong has had the attempt.
        Runnable leave =
            () -> turnstile.leave(held, wrong ? held.login() : before, wrong ? List.of() : keys);
        Need need;
        try {
          need = need(request, held, before, step, verdict);
        } catch (RuntimeException e) {
          leave.run();
          throw e;
        }
        yield kept(leave, () -> settle(request, step, held, verdict, need, mac, keys));
      }
    };
  }

  private Verdict verdict(
      Step step, Held held, Login before, JsonNode answer, List<AttemptKey> keys) {
    try {
      return step.check(conversation.asking(held.name(), before), answer);
    } catch (RuntimeException e) {
      turnstile.leave(held, before, keys);
      throw e;
    }
  }

  /** What a verdict makes of the login; null where it is over. */
  private @Nullable Need need(
      ChallengeRequest request, Held held, Login before, Step step, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Identified identified ->
          conversation.next(
              held.name(), before.identified(identified.person().key()), request.address());
      case Verdict.Proven proven ->
          conversation.next(
              held.name(),
              before.proven(
                  new Proof(
                      turn(before).step(),
                      step.kind(),
                      proven.amr(),
                      conversation.now().toEpochMilli())),
              request.address());
      case Verdict.Wrong wrong -> wrong(request, held, before, step);
      case Verdict.Pending pending -> again(before, Reason.PENDING);
      case Verdict.NotUnderstood unread -> again(before, Reason.NOT_UNDERSTOOD);
      case Verdict.Denied denied -> null;
      case Verdict.Malformed malformed ->
          throw new OAuthException(ErrorCode.INVALID_REQUEST, malformed.why());
    };
  }

  private @Nullable Need wrong(ChallengeRequest request, Held held, Login before, Step step) {
    Login counted = before.counting(1, 0, 0, 0);
    if (conversation.isOver(counted)) {
      return null;
    }
    return step.beginsAnew()
        ? conversation.ask(
            held.name(), counted, turn(before).step(), Reason.NO_MATCH, request.address())
        : again(counted, Reason.NO_MATCH);
  }

  private ChallengeResponse settle(
      ChallengeRequest request,
      Step step,
      Held held,
      Verdict verdict,
      @Nullable Need need,
      byte[] mac,
      List<AttemptKey> keys) {
    note(request, step, held.login(), outcome(verdict));
    if (verdict instanceof Verdict.Wrong && step.isGuessable()) {
      var unused = attempts.admit(List.of(clientKey(request)));
    }
    if (need == null) {
      settlement.end(held, Pardon.NONE);
      throw Settlement.over();
    }
    Pardon pardon =
        verdict instanceof Verdict.Proven && step.isGuessable()
            ? Pardon.of(keys, clientKey(request))
            : Pardon.NONE;
    // What is still pending is asked about again with the same request.
    byte[] kept = verdict instanceof Verdict.Pending ? null : mac;
    return settlement.settle(request, held.name(), held, need, kept, pardon);
  }

  /** Another step, the same one anew, or one further back. */
  private ChallengeResponse anew(ChallengeRequest request, Held seen, String id, byte[] mac) {
    Login now = seen.login();
    boolean same = turn(now).step().equals(id);
    boolean other = conversation.alternatives(now).contains(id);
    boolean back =
        !same && !other && conversation.contexts().knows(id) && conversation.canGoBack(now, id);
    if (!same && !other && !back) {
      throw turnstile.malformed(
          request, "this step is not to be had now; the step that is asked names its alternatives");
    }
    Held held =
        through(
            request,
            seen,
            mac,
            before ->
                Turnstile.Cost.none(
                    back
                        ? before.login().counting(1, 0, 0, 0)
                        : before.login().counting(0, 0, 0, 1)));
    Login login = back ? held.login().identified(null) : held.login();
    if (login.sent() > SENT || conversation.isOver(login)) {
      settlement.end(held, Pardon.NONE);
      throw Settlement.over();
    }
    try {
      Need need =
          conversation.ask(held.name(), login, id, same ? Reason.SENT : null, request.address());
      return settlement.settle(request, held.name(), held, need, mac, Pardon.NONE);
    } catch (RuntimeException e) {
      turnstile.leave(held, held.login(), List.of());
      throw e;
    }
  }

  /** Lets a request through that costs no attempt at a person. */
  private Held through(
      ChallengeRequest request,
      Held seen,
      byte[] mac,
      java.util.function.Function<Held, Turnstile.Cost> cost) {
    return switch (turnstile.enter(request, seen, mac, cost)) {
      case Turnstile.Passage.Through through -> through.held();
      case Turnstile.Passage.Repeated repeated ->
          throw new OAuthException(
              ErrorCode.TEMPORARILY_UNAVAILABLE, "this request was just answered; send it again");
      case Turnstile.Passage.Delayed delayed -> throw new IllegalStateException("nothing counted");
    };
  }

  private static Need again(Login login, Reason reason) {
    return new Need.Answer(login.asked(turn(login).because(reason)), null);
  }

  private static Turn turn(Login login) {
    Turn turn = login.turn();
    if (turn == null) {
      throw ChallengeRequest.noSession();
    }
    return turn;
  }

  /**
   * Against whom an answer is counted. A person's are counted by step: who knows the answer to one
   * must not buy guesses at another with it.
   */
  private static List<AttemptKey> keys(ChallengeRequest request, String step, Asking asking) {
    List<AttemptKey> keys = new ArrayList<>();
    if (asking.person() != null) {
      keys.add(
          new AttemptKey(AttemptKey.Kind.CHALLENGE_PERSON, step + "\n" + asking.person().key()));
    }
    if (request.client().isPublic()) {
      keys.add(
          new AttemptKey(AttemptKey.Kind.CHALLENGE_ADDRESS, ClientNetwork.of(request.address())));
    }
    return keys;
  }

  private static AttemptKey clientKey(ChallengeRequest request) {
    return new AttemptKey(AttemptKey.Kind.CHALLENGE_CLIENT, request.client().clientId());
  }

  private static String outcome(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Identified identified -> "identified";
      case Verdict.Proven proven -> "proven";
      case Verdict.Wrong wrong -> "wrong";
      case Verdict.Pending pending -> "pending";
      case Verdict.Denied denied -> "denied";
      case Verdict.NotUnderstood unread -> "not_understood";
      case Verdict.Malformed malformed -> "malformed";
    };
  }

  /** The audit of an answer: never the answer, and of the person a hash, known or unknown. */
  private static void note(ChallengeRequest request, Step step, Login login, String outcome) {
    String person = login.person();
    SecurityLog.note(
        "challenge_answered",
        "kind",
        step.kind(),
        "outcome",
        outcome,
        "person",
        person == null ? null : HexFormat.of().formatHex(Secrets.sha256(person), 0, 6),
        "client_id",
        request.client().clientId(),
        "address",
        request.address());
  }
}

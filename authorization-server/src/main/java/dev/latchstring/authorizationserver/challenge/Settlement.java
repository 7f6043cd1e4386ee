package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.authorize.AuthorizationCodeStore;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequest;
import dev.latchstring.authorizationserver.challenge.AuthSessionStore.Held;
import dev.latchstring.authorizationserver.challenge.Conversation.Need;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps what became of a request, in one transaction, and answers it. */
final class Settlement {
  /** How long a person has for an answer. */
  private static final Duration ANSWER = Duration.ofMinutes(5);

  private final Database database;
  private final AuthSessionStore sessions;
  private final AuthorizationCodeStore codes;
  private final AttemptStore attempts;
  private final Turnstile turnstile;
  private final Conversation conversation;
  private final Responses responses;
  private final Duration lifetime;
  private final RiskCheck risk;

  /**
   * @param lifetime how long a session is kept after a login
   */
  Settlement(
      Database database,
      AuthSessionStore sessions,
      AuthorizationCodeStore codes,
      AttemptStore attempts,
      Turnstile turnstile,
      Conversation conversation,
      Responses responses,
      Duration lifetime,
      RiskCheck risk) {
    this.database = database;
    this.sessions = sessions;
    this.codes = codes;
    this.attempts = attempts;
    this.turnstile = turnstile;
    this.conversation = conversation;
    this.responses = responses;
    this.lifetime = lifetime;
    this.risk = risk;
  }

  /**
   * @param name of the session
   * @param held the session that was let through; null where there is none as yet
   * @param mac of the request; null where it is not to be answered alike when it comes again
   * @param pardon what a right answer makes up for
   */
  ChallengeResponse settle(
      ChallengeRequest request,
      String name,
      @Nullable Held held,
      Need need,
      byte @Nullable [] mac,
      Pardon pardon) {
    return switch (need) {
      case Need.Answer answer -> ask(request, name, held, answer, mac, pardon);
      case Need.Nothing nothing -> finish(request, name, held, nothing, mac, pardon);
      case Need.Browser browser -> {
        AuthorizationRequest asked =
            Objects.requireNonNull(Objects.requireNonNull(held).login().request());
        end(held, pardon);
        yield responses.browser(request, asked);
      }
    };
  }

  private ChallengeResponse ask(
      ChallengeRequest request,
      String name,
      @Nullable Held held,
      Need.Answer answer,
      byte @Nullable [] mac,
      Pardon pardon) {
    Instant atLeast = conversation.now().plus(ANSWER);
    // A step-up that is given up leaves the login it would have added to.
    Instant expiresAt =
        held != null && held.expiresAt().isAfter(atLeast) ? held.expiresAt() : atLeast;
    Login login = answer.login();
    database.write(handle -> {
      if (held == null) {
        sessions.create(
            handle,
            name,
            request.client().clientId(),
            request.keyThumbprint(),
            login,
            mac,
            expiresAt);
      } else {
        pardon.grant(handle, attempts);
        sessions.save(handle, turnstile.stillMine(handle, held), login, mac, null, expiresAt);
      }
      return true;
    });
    if (answer.afterwards() != null) {
      answer.afterwards().run();
    }
    return responses.ask(name, login, expiresAt);
  }

  private ChallengeResponse finish(
      ChallengeRequest request,
      String name,
      @Nullable Held held,
      Need.Nothing nothing,
      byte @Nullable [] mac,
      Pardon pardon) {
    Held session = Objects.requireNonNull(held);
    String key = Objects.requireNonNull(nothing.login().person());
    String subject =
        conversation
            .people()
            .find(key)
            .subject()
            .filter(found -> conversation.people().account(found).isPresent())
            .filter(found -> isAskedFor(nothing.request(), found))
            .orElse(null);
    RiskCheck.Decision decision =
        subject == null
            ? RiskCheck.Decision.DENY
            : risk.assess("ends", nothing.request(), subject, request.address());
    if (subject == null || decision == RiskCheck.Decision.DENY) {
      end(session, Pardon.NONE);
      throw over();
    }
    if (decision == RiskCheck.Decision.BROWSER) {
      end(session, pardon);
      return responses.browser(request, nothing.request());
    }
    byte[] lastMac = Objects.requireNonNull(mac);
    Contexts.Evidence evidence = nothing.evidence();
    database.write(handle -> {
      var unused = turnstile.stillMine(handle, session);
      pardon.grant(handle, attempts);
      codes.save(
          handle,
          sessions.codeAfter(name),
          nothing.request(),
          subject,
          evidence.authenticationTime(),
          evidence.amr());
      Instant expiresAt = conversation.now().plus(lifetime);
      sessions.finish(handle, name, nothing.login(), subject, lastMac, expiresAt);
      return true;
    });
    SecurityLog.note(
        "challenge_passed",
        "subject",
        subject,
        "acr",
        nothing.request().acr(),
        "client_id",
        request.client().clientId(),
        "resource",
        nothing.request().resource(),
        "scope",
        nothing.request().scopes(),
        "address",
        request.address());
    return responses.code(name);
  }

  /** Why does not matter to whoever guesses. */
  static OAuthException over() {
    return new OAuthException(
        ErrorCode.ACCESS_DENIED, "the login is over: too many wrong answers, or it was refused");
  }

  /** OpenID Connect Core §3.1.2.2: whether the client takes this person. */
  private static boolean isAskedFor(AuthorizationRequest request, String subject) {
    return request.subjects().isEmpty() || request.subjects().contains(subject);
  }

  /** Ends a session. */
  void end(Held held, Pardon pardon) {
    database.write(handle -> {
      pardon.grant(handle, attempts);
      sessions.remove(handle, turnstile.stillMine(handle, held).name());
      return true;
    });
  }
}

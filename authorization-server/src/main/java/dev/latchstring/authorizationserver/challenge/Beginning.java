package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequest;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequest.Prompt;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestRules;
import dev.latchstring.authorizationserver.challenge.AuthSessionStore.Held;
import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * draft-ietf-oauth-first-party-apps-04 §5.1. A request that begins: what is asked for, and what of
 * it was proven before.
 */
final class Beginning {
  /** The most characters of {@code ui_locales} that are read. */
  private static final int MAX_LOCALES = 200;

  private final AuthorizationRequestRules rules;
  private final RegisteredClients clients;
  private final RiskCheck risk;
  private final Conversation conversation;
  private final AuthSessionStore sessions;
  private final Turnstile turnstile;
  private final Settlement settlement;
  private final Responses responses;
  private final AddressLimit limit;

  Beginning(
      AuthorizationRequestRules rules,
      RegisteredClients clients,
      RiskCheck risk,
      Conversation conversation,
      AuthSessionStore sessions,
      Turnstile turnstile,
      Settlement settlement,
      Responses responses,
      AddressLimit limit) {
    this.limit = limit;
    this.rules = rules;
    this.clients = clients;
    this.risk = risk;
    this.conversation = conversation;
    this.sessions = sessions;
    this.turnstile = turnstile;
    this.settlement = settlement;
    this.responses = responses;
  }

  ChallengeResponse begin(ChallengeRequest request) {
    AuthorizationRequest asked = read(request);
    AuthenticationContext context =
        conversation.contexts().find(asked.acr()).orElseThrow(IllegalStateException::new);
    boolean limited = isLimited(request);
    if (limited) {
      // Each leaves a row, and anybody can send the name of a public client.
      limit.count(AttemptKey.Kind.AUTHORIZATION_REQUEST_ADDRESS, request.address());
    }
    if (limited && !conversation.contexts().isOpenToAnybody(context)) {
      return responses.browser(request, asked);
    }
    switch (risk.assess("begins", asked, null, request.address())) {
      case ALLOW -> {}
      case BROWSER -> {
        return responses.browser(request, asked);
      }
      case DENY -> throw Settlement.over();
    }
    long notBefore = notBefore(asked, context).toEpochMilli();
    String locales = locales(request.form().optional("ui_locales"));
    if (request.authSession() == null) {
      String name = sessions.newName();
      Login login = Login.NEW.begun(asked, limited, notBefore, locales);
      return proceed(request, name, login, null, null);
    }
    byte[] mac = request.mac(request.wish());
    return switch (turnstile.enter(request, mac, held -> Turnstile.Cost.none(held.login()))) {
      case Turnstile.Passage.Repeated repeated -> responses.again(repeated.held());
      case Turnstile.Passage.Delayed delayed ->
          new ChallengeResponse.Later(request.session(), delayed.delay());
      case Turnstile.Passage.Through through -> {
        Held held = through.held();
        try {
          Login before = isFresh(asked) ? held.login().forgotten() : held.login();
          if (asked.asks(Prompt.SELECT_ACCOUNT)) {
            before = before.identified(null);
          }
          Login login = before.begun(asked, limited, notBefore, locales);
          yield proceed(request, held.name(), login, held, mac);
        } catch (RuntimeException e) {
          turnstile.leave(held, held.login(), List.of());
          throw e;
        }
      }
    };
  }

  /**
   * @param held the session, where there is one already
   */
  private ChallengeResponse proceed(
      ChallengeRequest request,
      String name,
      Login login,
      @Nullable Held held,
      byte @Nullable [] mac) {
    AuthorizationRequest asked = login.request();
    // Before a step begins, which may show something to the person.
    if (asked != null && asked.asks(Prompt.NONE) && conversation.asksSomething(login)) {
      throw new OAuthException(
          ErrorCode.LOGIN_REQUIRED, "the person has to be asked, and prompt is none");
    }
    Conversation.Need need = conversation.next(name, login, request.address());
    if (need instanceof Conversation.Need.Browser) {
      if (held != null) {
        turnstile.leave(held, held.login(), List.of());
      }
      return responses.browser(request, Objects.requireNonNull(asked));
    }
    return settlement.settle(request, name, held, need, mac, Pardon.NONE);
  }

  private AuthorizationRequest read(ChallengeRequest request) {
    AuthorizationRequest asked =
        rules.read(
            request.client(),
            request.form(),
            (acr, scope) -> conversation.contexts().choose(acr.necessary(), scope).acr());
    String key = request.keyThumbprint();
    if (key == null) {
      if (asked.keyThumbprint() != null) {
        throw new OAuthException(
            ErrorCode.INVALID_DPOP_PROOF,
            "dpop_jkt is not enough here: send a DPoP proof of the key with every request");
      }
      return asked;
    }
    if (asked.keyThumbprint() != null && !asked.keyThumbprint().equals(key)) {
      throw new OAuthException(
          ErrorCode.INVALID_DPOP_PROOF, "the DPoP proof is of another key than dpop_jkt");
    }
    return asked.boundTo(key);
  }

  /** §9.4. Anybody can send the name of a client that has no secret. */
  private boolean isLimited(ChallengeRequest request) {
    RegisteredClient client = request.client();
    String key = request.keyThumbprint();
    return client.isPublic() && (key == null || !clients.isEnrolled(client, key));
  }

  /** Whether nothing counts that was proven before. */
  private static boolean isFresh(AuthorizationRequest asked) {
    Long maxAge = asked.maxAge();
    return asked.asks(Prompt.LOGIN)
        || asked.asks(Prompt.SELECT_ACCOUNT)
        || (maxAge != null && maxAge == 0);
  }

  /** What was proven before that does not count. */
  private Instant notBefore(AuthorizationRequest asked, AuthenticationContext context) {
    Instant now = conversation.now();
    Instant oldest = Instant.EPOCH;
    if (asked.maxAge() != null) {
      oldest = now.minusSeconds(asked.maxAge());
    }
    Duration good = context.reauthenticateAfter();
    return good != null && now.minus(good).isAfter(oldest) ? now.minus(good) : oldest;
  }

  private static @Nullable String locales(@Nullable String text) {
    return text == null || text.length() > MAX_LOCALES ? null : text;
  }
}

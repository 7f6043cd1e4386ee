package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequest.Prompt;
import dev.latchstring.authorizationserver.consent.ConsentStore;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Instant;
import java.util.Optional;

/**
 * OpenID Connect Core §3.1.2.2 to §3.1.2.4. Whether a person has to sign in, and whether they have
 * to be asked.
 */
final class Steps {
  private final ConsentStore consents;

  Steps(ConsentStore consents) {
    this.consents = consents;
  }

  /**
   * @param askedAt when the request was made: a sign-in that has to be fresh is not before that
   */
  Step next(
      RegisteredClient client,
      AuthorizationRequest request,
      Optional<Person> person,
      Instant askedAt) {
    boolean silent = request.asks(Prompt.NONE);
    Optional<SignInPage.Reason> signIn = signIn(request, person, askedAt);
    if (signIn.isPresent()) {
      return silent || isWrongPersonNow(request, person, askedAt)
          ? refuse(ErrorCode.LOGIN_REQUIRED, "the person, or another person, has to sign in")
          : new Step.SignIn(signIn.get());
    }
    if (!request.asks(Prompt.CONSENT) && isSpared(client, request, person.get())) {
      return new Step.Issue();
    }
    return silent
        ? refuse(ErrorCode.CONSENT_REQUIRED, "the person has to be asked")
        : new Step.Ask();
  }

  /** Why a person has to sign in; empty where nobody has to. */
  private static Optional<SignInPage.Reason> signIn(
      AuthorizationRequest request, Optional<Person> person, Instant askedAt) {
    if (person.isEmpty()) {
      return Optional.of(SignInPage.Reason.NOBODY);
    }
    if (!request.isFor(person.get().account().subject())) {
      return Optional.of(SignInPage.Reason.ANOTHER);
    }
    return isFresh(request, person.get(), askedAt)
        ? Optional.empty()
        : Optional.of(SignInPage.Reason.AGAIN);
  }

  /**
   * OpenID Connect Core §3.1.2.2: no answer about anybody but who was asked for. Who signed in for
   * this very request has been told, and is not told for ever.
   */
  private static boolean isWrongPersonNow(
      AuthorizationRequest request, Optional<Person> person, Instant askedAt) {
    return person.isPresent()
        && !request.isFor(person.get().account().subject())
        && !person.get().authenticationTime().isBefore(askedAt);
  }

  /** Whether the sign-in is as young as the client wants it. */
  private static boolean isFresh(AuthorizationRequest request, Person person, Instant askedAt) {
    Instant oldest = Instant.MIN;
    if (request.asks(Prompt.LOGIN) || request.asks(Prompt.SELECT_ACCOUNT)) {
      oldest = askedAt;
    } else if (request.maxAge() != null) {
      oldest = askedAt.minusSeconds(request.maxAge());
    }
    return !person.authenticationTime().isBefore(oldest);
  }

  private boolean isSpared(RegisteredClient client, AuthorizationRequest request, Person person) {
    return isAssured(client, request)
        && consents.covers(
            person.account().subject(),
            client.clientId(),
            request.resource(),
            request.scope(),
            request.claims().all());
  }

  /**
   * RFC 8252 §8.6 and RFC 6749 §10.2: whether a consent of before can be taken for one to this
   * client, because it authenticates, or because its host gets the answer. Otherwise any program
   * can call itself by its name, and the person is asked each time.
   */
  static boolean isAssured(RegisteredClient client, AuthorizationRequest request) {
    return !client.isPublic() || RedirectUri.namesHost(request.redirectUri());
  }

  private static Step refuse(ErrorCode code, String why) {
    return new Step.Refuse(new OAuthException(code, why));
  }
}

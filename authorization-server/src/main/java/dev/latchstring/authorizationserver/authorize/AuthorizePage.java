package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * RFC 6749 §3.1 and OpenID Connect Core §3.1.2.1. The authorization endpoint, by GET and by POST.
 *
 * <p>A POST, which another site's form may send, is kept as if it had been pushed, and the browser
 * goes on with GET: only there it counts who is signed in.
 */
public final class AuthorizePage implements Page {
  private final String path;
  private final AuthorizationRequestRules rules;
  private final PushedRequests pushed;
  private final AuthorizationRequestStore requests;
  private final BrowserSessions sessions;
  private final Steps steps;
  private final AuthorizationAnswers answers;
  private final AddressLimit limit;
  private final Clock clock;

  /**
   * @param path where the page is, within the issuer
   * @param limit how often one address may ask before anybody has signed in
   */
  public AuthorizePage(
      String path,
      AuthorizationRequestRules rules,
      PushedRequests pushed,
      AuthorizationRequestStore requests,
      BrowserSessions sessions,
      AuthorizationAnswers answers,
      AddressLimit limit,
      Clock clock) {
    this.path = path;
    this.rules = rules;
    this.pushed = pushed;
    this.requests = requests;
    this.sessions = sessions;
    this.steps = answers.steps();
    this.answers = answers;
    this.limit = limit;
    this.clock = clock;
  }

  @Override
  public boolean takesForeignForms() {
    return true;
  }

  @Override
  public boolean actsWhenOpened() {
    return true;
  }

  @Override
  public PageAnswer get(PageRequest page) {
    try {
      FormParameters query = page.query();
      RegisteredClient client = rules.client(query, page.clientAddress());
      return pushed.isOne(query)
          ? proceed(page, client, pushed.pull(query, client))
          : check(client, query, request -> proceed(page, client, request));
    } catch (OAuthException refused) {
      return answers.onPage(refused);
    }
  }

  @Override
  public PageAnswer post(PageRequest page) {
    try {
      FormParameters form = page.form();
      RegisteredClient client = rules.client(form, page.clientAddress());
      return pushed.isOne(form)
          ? goOn(client, form.required(PushedRequests.REQUEST_URI))
          : check(client, form, request -> keep(page, client, request));
    } catch (OAuthException refused) {
      return answers.onPage(refused);
    }
  }

  @FunctionalInterface
  private interface Checked {
    PageAnswer with(AuthorizationRequest request);
  }

  private PageAnswer check(RegisteredClient client, FormParameters parameters, Checked checked) {
    Recipient recipient = rules.recipient(client, parameters);
    AuthorizationRequest request;
    try {
      request = rules.read(client, recipient, parameters);
      pushed.requireIfRequired(client);
    } catch (OAuthException refused) {
      return answers.refused(client, recipient, refused);
    }
    return checked.with(request);
  }

  private PageAnswer keep(PageRequest page, RegisteredClient client, AuthorizationRequest request) {
    limit.count(AttemptKey.Kind.AUTHORIZATION_REQUEST_ADDRESS, page.clientAddress());
    return goOn(client, PushedRequests.URN + requests.push(request));
  }

  private PageAnswer goOn(RegisteredClient client, String requestUri) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("client_id", client.clientId());
    query.put(PushedRequests.REQUEST_URI, requestUri);
    return new PageAnswer.SeeOther(path, query);
  }

  private PageAnswer proceed(
      PageRequest page, RegisteredClient client, AuthorizationRequest request) {
    Optional<Person> person = sessions.person(page);
    return switch (steps.next(client, request, person, clock.instant())) {
      case Step.SignIn signIn -> {
        if (person.isEmpty()) {
          limit.count(AttemptKey.Kind.AUTHORIZATION_REQUEST_ADDRESS, page.clientAddress());
        }
        String then = ConsentPage.path(requests.await(request));
        yield SignInPage.wayTo(then, signIn.reason(), request.loginHint());
      }
      case Step.Ask ask -> new PageAnswer.SeeOther(ConsentPage.path(requests.await(request)));
      case Step.Issue issue ->
          new PageAnswer.ToClient(answers.withCode(client, request, person.orElseThrow()));
      case Step.Refuse refuse -> answers.refused(client, request.recipient(), refuse.error());
    };
  }

  /** RFC 9126 §4: a name that is used, expired or somebody else's tells nothing about which. */
  static OAuthException gone() {
    return new OAuthException(
        ErrorCode.INVALID_REQUEST_URI,
        "the request was used before or has expired; start again where you came from");
  }
}

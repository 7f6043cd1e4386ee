package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestStore.Waiting;
import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.consent.AccessDescription;
import dev.latchstring.authorizationserver.consent.Destination;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageProblem;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §4.1 (B), RFC 8252 §8.6. Who is asking, where the answer goes, for what: the person
 * allows or denies.
 *
 * <p>The address names a waiting request by 256 random bits, so nothing of the request can be
 * changed on its way through the browser. Of several decisions one counts, the first; who comes
 * later is told (status 409).
 */
public final class ConsentPage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/authorize/request";

  private static final String REQUEST = "request";

  private final Site site;
  private final BrowserSessions sessions;
  private final RegisteredClients clients;
  private final AuthorizationRequestStore requests;
  private final Steps steps;
  private final AuthorizationAnswers answers;
  private final AccessDescription access;

  public ConsentPage(
      Site site,
      BrowserSessions sessions,
      RegisteredClients clients,
      AuthorizationRequestStore requests,
      AuthorizationAnswers answers,
      AccessDescription access) {
    this.site = site;
    this.sessions = sessions;
    this.clients = clients;
    this.requests = requests;
    this.steps = answers.steps();
    this.answers = answers;
    this.access = access;
  }

  /** The path of a waiting request's page. */
  static String path(String name) {
    return PATH + "?" + REQUEST + "=" + name;
  }

  private record Asked(String name, Waiting waiting, RegisteredClient client) {
    AuthorizationRequest request() {
      return waiting.request();
    }
  }

  @Override
  public boolean actsWhenOpened() {
    return true;
  }

  @Override
  public PageAnswer get(PageRequest page) {
    Optional<Asked> found = find(page, page.query().optional(REQUEST));
    if (found.isEmpty()) {
      return answers.onPage(AuthorizePage.gone());
    }
    Asked asked = found.get();
    Optional<Person> person = sessions.person(page);
    return switch (next(asked, person)) {
      case Step.SignIn signIn -> signIn(asked, signIn);
      case Step.Ask ask -> ask(page, person.orElseThrow(), asked);
      case Step.Issue issue -> allow(page, person.orElseThrow(), asked);
      case Step.Refuse refuse -> refuse(page, person, asked, refuse.error());
    };
  }

  @Override
  public PageAnswer post(PageRequest page) {
    String decision = page.form().required("decision");
    Optional<Asked> found = find(page, page.form().optional(REQUEST));
    if (found.isEmpty()) {
      return answers.over();
    }
    Asked asked = found.get();
    Optional<Person> person = sessions.person(page);
    return switch (next(asked, person)) {
      case Step.SignIn signIn -> signIn(asked, signIn);
      case Step.Refuse refuse -> refuse(page, person, asked, refuse.error());
      case Step.Ask ask -> decided(page, person, asked, decision);
      case Step.Issue issue -> decided(page, person, asked, decision);
    };
  }

  private PageAnswer decided(
      PageRequest page, Optional<Person> person, Asked asked, String decision) {
    return switch (decision) {
      case "allow" -> allow(page, person.orElseThrow(), asked);
      case "deny" ->
          refuse(
              page,
              person,
              asked,
              new OAuthException(ErrorCode.ACCESS_DENIED, "the person said no"));
      default -> throw PageProblem.BAD_REQUEST.exception();
    };
  }

  private Optional<Asked> find(PageRequest page, @Nullable String name) {
    if (name == null) {
      return Optional.empty();
    }
    return requests
        .find(name)
        .flatMap(waiting ->
            clients
                .resolve(waiting.request().clientId(), page.clientAddress())
                .filter(client -> isStillRegistered(client, waiting.request()))
                .map(client -> new Asked(name, waiting, client)));
  }

  /** A client may have changed while the person was away. */
  private static boolean isStillRegistered(RegisteredClient client, AuthorizationRequest request) {
    List<String> registered = client.metadata().redirectUris();
    return registered != null && RedirectUri.isRegistered(request.redirectUri(), registered);
  }

  private Step next(Asked asked, Optional<Person> person) {
    return steps.next(asked.client(), asked.request(), person, asked.waiting().askedAt());
  }

  private static PageAnswer signIn(Asked asked, Step.SignIn signIn) {
    return SignInPage.wayTo(path(asked.name()), signIn.reason(), asked.request().loginHint());
  }

  private PageAnswer allow(PageRequest page, Person person, Asked asked) {
    boolean remembered = Steps.isAssured(asked.client(), asked.request());
    return answers
        .withCode(asked.client(), asked.name(), asked.request(), person, remembered)
        .map(location -> answers.onward(page, person, asked.request(), location, true))
        .orElseGet(answers::over);
  }

  private PageAnswer refuse(
      PageRequest page, Optional<Person> person, Asked asked, OAuthException error) {
    return answers
        .withError(asked.name(), asked.request(), error)
        .map(location ->
            answers.onward(page, person.orElseThrow(), asked.request(), location, false))
        .orElseGet(answers::over);
  }

  private PageAnswer ask(PageRequest page, Person person, Asked asked) {
    AuthorizationRequest request = asked.request();
    String resourceName = access.resourceName(request.resource());
    ConsentView view =
        new ConsentView(
            site.frame("Allow or deny?", page, person.label()),
            asked.name(),
            access.client(request.clientId()),
            AccessDescription.intendedUse(request.context()),
            Destination.of(request.redirectUri()),
            Steps.isAssured(asked.client(), request),
            resourceName,
            access.resource(request.resource()),
            access.permissions(request.resource(), request.scope(), request.claims().all()),
            person.label());
    return new PageAnswer.Shown("consent.jte", view);
  }
}

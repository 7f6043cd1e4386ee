package dev.latchstring.authorizationserver.logout;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.consent.AccessDescription;
import dev.latchstring.authorizationserver.consent.Destination;
import dev.latchstring.authorizationserver.page.DisplayText;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.oauth.FormParameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * OpenID Connect RP-Initiated Logout 1.0 §2 and §3. Ends the browser's session: at once where an id
 * token of this server's says that it is about the person who is signed in, else when the person
 * says yes.
 *
 * <p>The way on to the client is gone by itself where that id token says so, or a client asks that
 * the operator set up; a stranger's is a link that names its host, or anybody could make addresses
 * of this server that lead to theirs.
 */
public final class LogoutPage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/end_session/request";

  private static final String REQUEST = "request";
  private static final String SIGNED_OUT = "signed-out.jte";
  private static final int MAX_PROBLEM = 300;

  private final Site site;
  private final BrowserSessions sessions;
  private final LogoutRequestRules rules;
  private final LogoutTickets tickets;
  private final AccessDescription access;

  public LogoutPage(
      Site site,
      BrowserSessions sessions,
      LogoutRequestRules rules,
      LogoutTickets tickets,
      AccessDescription access) {
    this.site = site;
    this.sessions = sessions;
    this.rules = rules;
    this.tickets = tickets;
    this.access = access;
  }

  static PageAnswer wayTo(String ticket) {
    return new PageAnswer.SeeOther(PATH, Map.of(REQUEST, ticket));
  }

  @Override
  public boolean actsWhenOpened() {
    return true;
  }

  @Override
  public PageAnswer get(PageRequest page) {
    String ticket = page.query().optional(REQUEST);
    LogoutRequest request = open(ticket);
    Optional<Person> person = sessions.person(page);
    if (person.isPresent()) {
      if (!isCertain(request, person.get())) {
        return ask(page, person.get(), request, ticket == null ? "" : ticket);
      }
      sessions.end(page);
    }
    Onward onward = onward(request, person);
    return onward != null && onward.itself()
        ? new PageAnswer.ToClient(onward.location())
        : signedOut(request, onward);
  }

  @Override
  public PageAnswer post(PageRequest page) {
    LogoutRequest request = open(page.form().optional(REQUEST));
    Optional<Person> person = sessions.person(page);
    sessions.end(page);
    Onward onward = onward(request, person);
    return onward != null && onward.itself()
        ? new PageAnswer.Onward(SIGNED_OUT, view(request, onward), onward.location())
        : signedOut(request, onward);
  }

  private LogoutRequest open(@Nullable String ticket) {
    return Optional.ofNullable(ticket)
        .flatMap(tickets::open)
        .orElseGet(() -> LogoutRequest.unusable("the request is too old"));
  }

  private static boolean isCertain(LogoutRequest request, Person person) {
    Account account = person.account();
    return request.isAbout(account.subject(), account.username());
  }

  private PageAnswer ask(PageRequest page, Person person, LogoutRequest request, String ticket) {
    String clientId = request.clientId();
    boolean another =
        request.subject() != null && !request.subject().equals(person.account().subject());
    return new PageAnswer.Shown(
        status(request),
        "end-session.jte",
        new LogoutView(
            site.frame("Sign out?", page, null),
            ticket,
            person.label(),
            clientId == null ? null : access.client(clientId),
            another,
            rules.recipient(request).map(client -> where(request)).orElse(null),
            problem(request)));
  }

  /**
   * @param itself whether it is gone without being asked for
   */
  private record Onward(String location, Destination destination, boolean itself) {}

  /** Where the person goes on; null where nowhere. */
  private @Nullable Onward onward(LogoutRequest request, Optional<Person> person) {
    return rules
        .recipient(request)
        .map(client ->
            new Onward(location(request), where(request), isTrusted(client, request, person)))
        .orElse(null);
  }

  private static boolean isTrusted(
      RegisteredClient client, LogoutRequest request, Optional<Person> person) {
    return request.subject() != null
        && (client.origin() == Origin.CONFIGURED
            || person.filter(one -> one.account().subject().equals(request.subject())).isPresent());
  }

  private PageAnswer signedOut(LogoutRequest request, @Nullable Onward onward) {
    return new PageAnswer.Shown(status(request), SIGNED_OUT, view(request, onward));
  }

  private static int status(LogoutRequest request) {
    return request.problem() == null ? 200 : 400;
  }

  private SignedOutView view(LogoutRequest request, @Nullable Onward onward) {
    return new SignedOutView(
        site.frameWithoutForm("You’re signed out"),
        onward == null ? null : onward.location(),
        onward == null ? null : onward.destination(),
        onward != null && onward.itself(),
        problem(request));
  }

  private static @Nullable String problem(LogoutRequest request) {
    return request.problem() == null ? null : DisplayText.of(request.problem(), MAX_PROBLEM);
  }

  private static Destination where(LogoutRequest request) {
    return Destination.of(String.valueOf(request.redirectUri()));
  }

  private static String location(LogoutRequest request) {
    Map<String, @Nullable String> answer = new LinkedHashMap<>();
    answer.put("state", request.state());
    return FormParameters.appended(String.valueOf(request.redirectUri()), answer);
  }
}

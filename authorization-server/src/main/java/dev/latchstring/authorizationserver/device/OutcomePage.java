package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.device.OutcomeView.Outcome;
import dev.latchstring.authorizationserver.device.VerificationSession.Step;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageProblem;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.oauth.FormParameters;
import java.util.Optional;

/** How it ended, to the person who decided; shown only with the proof of that decision. */
public final class OutcomePage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/device/outcome";

  private final Site site;
  private final BrowserSessions sessions;
  private final DeviceAuthorizationStore authorizations;
  private final RequestDescription description;

  public OutcomePage(
      Site site,
      BrowserSessions sessions,
      DeviceAuthorizationStore authorizations,
      RequestDescription description) {
    this.site = site;
    this.sessions = sessions;
    this.authorizations = authorizations;
    this.description = description;
  }

  @Override
  public PageAnswer get(PageRequest request) {
    FormParameters query = request.query();
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return VerificationSession.signIn(Optional.empty(), false);
    }
    Optional<UserCode> allowed = VerificationSession.proven(request, query, Step.ALLOWED);
    Optional<UserCode> denied = VerificationSession.proven(request, query, Step.DENIED);
    if (allowed.isEmpty() && denied.isEmpty()) {
      return VerificationSession.start(Optional.empty());
    }
    Outcome outcome = allowed.isPresent() ? Outcome.ALLOWED : Outcome.DENIED;
    Optional<DeviceAuthorization> found =
        allowed.or(() -> denied).flatMap(authorizations::findByUserCode);
    return new PageAnswer.Shown(
        "outcome.jte",
        new OutcomeView(
            site.frame(outcome.title(), request, person.get().label()),
            outcome,
            found.map(description::clientName).orElse(""),
            found.map(description::resourceName).orElse("")));
  }

  @Override
  public PageAnswer post(PageRequest request) {
    throw PageProblem.METHOD_NOT_ALLOWED.exception();
  }
}

package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.device.DeviceAuthorization.State;
import dev.latchstring.authorizationserver.device.OutcomeView.Outcome;
import dev.latchstring.authorizationserver.device.VerificationSession.Step;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageProblem;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.FormParameters;
import java.util.List;
import java.util.Optional;

/**
 * RFC 8628 §3.3 and §5.4. Who is asking, from where, for what: the person allows or denies.
 *
 * <p>The page is reached only with the proof that the code was typed in this session. Of several
 * decisions one counts, the first; who comes later is told (status 409) what the answer was.
 */
public final class RequestPage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/device/request";

  /** RFC 8176: how a person proves who they are, as yet. */
  private static final List<String> AMR = List.of("pwd");

  private final Site site;
  private final BrowserSessions sessions;
  private final DeviceAuthorizationStore authorizations;
  private final RequestDescription description;

  public RequestPage(
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
      return VerificationSession.signIn(VerificationSession.code(query), false);
    }
    Optional<UserCode> code = VerificationSession.proven(request, query, Step.FOUND);
    if (code.isEmpty()) {
      return VerificationSession.start(VerificationSession.code(query));
    }
    Optional<DeviceAuthorization> found = authorizations.findByUserCode(code.get());
    if (found.isPresent() && found.get().state() == State.PENDING) {
      return ask(request, person.get(), code.get(), found.get());
    }
    return over(request, person.get(), found, 200);
  }

  private PageAnswer ask(
      PageRequest request, Person person, UserCode code, DeviceAuthorization authorization) {
    RequestView view =
        description.of(
            site.frame("Allow or deny?", request, person.label()),
            authorization,
            code,
            VerificationSession.proof(request, code, Step.FOUND),
            request.clientAddress(),
            person);
    return new PageAnswer.Shown("request.jte", view);
  }

  @Override
  public PageAnswer post(PageRequest request) {
    FormParameters form = request.form();
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return VerificationSession.signIn(VerificationSession.code(form), true);
    }
    Optional<UserCode> code = VerificationSession.proven(request, form, Step.FOUND);
    if (code.isEmpty()) {
      throw PageProblem.STALE_FORM.exception();
    }
    Step step = step(form.required("decision"));
    Optional<DeviceAuthorization> found = authorizations.findByUserCode(code.get());
    if (found.isPresent()
        && authorizations.decide(code.get(), decision(step, person.get(), found.get()))) {
      SecurityLog.note(
          step == Step.ALLOWED ? "device_allowed" : "device_denied",
          "subject",
          person.get().account().subject(),
          "client_id",
          found.get().request().clientId(),
          "address",
          request.clientAddress());
      return VerificationSession.onTo(OutcomePage.PATH, request, code.get(), step);
    }
    return over(request, person.get(), authorizations.findByUserCode(code.get()), 409);
  }

  private static Step step(String decision) {
    return switch (decision) {
      case "allow" -> Step.ALLOWED;
      case "deny" -> Step.DENIED;
      default -> throw PageProblem.BAD_REQUEST.exception();
    };
  }

  private static Decision decision(Step step, Person person, DeviceAuthorization authorization) {
    String subject = person.account().subject();
    return step == Step.ALLOWED
        ? new Decision.Approve(
            subject, authorization.request().scope(), person.authenticationTime(), null, AMR)
        : new Decision.Deny(subject);
  }

  /** Nothing is left to decide here. */
  private PageAnswer over(
      PageRequest request, Person person, Optional<DeviceAuthorization> found, int status) {
    Outcome outcome =
        found
            .map(authorization ->
                authorization.state() == State.DENIED
                    ? Outcome.DENIED_BEFORE
                    : Outcome.ALLOWED_BEFORE)
            .orElse(Outcome.EXPIRED);
    return new PageAnswer.Shown(
        status,
        "outcome.jte",
        new OutcomeView(
            site.frame(outcome.title(), request, person.label()),
            outcome,
            found.map(description::clientName).orElse(""),
            ""));
  }
}

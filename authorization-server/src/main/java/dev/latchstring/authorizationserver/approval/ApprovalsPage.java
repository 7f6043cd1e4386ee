package dev.latchstring.authorizationserver.approval;

import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageProblem;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.oauth.FormParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What waits for a person's approval; they enter the number they were told, or deny. */
public final class ApprovalsPage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/approvals";

  private static final Channel BROWSER = new Channel.Browser();
  private static final String DONE = "done";
  private static final String APPROVED = "approved";
  private static final String DENIED = "denied";

  private final Site site;
  private final BrowserSessions sessions;
  private final ApprovalStore approvals;
  private final ApprovalDescription description;

  public ApprovalsPage(
      Site site,
      BrowserSessions sessions,
      ApprovalStore approvals,
      ApprovalDescription description) {
    this.site = site;
    this.sessions = sessions;
    this.approvals = approvals;
    this.description = description;
  }

  @Override
  public PageAnswer get(PageRequest request) {
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return SignInPage.wayTo(PATH, false);
    }
    String done = request.query().optional(DONE);
    String notice =
        APPROVED.equals(done)
            ? "Approved. Go back to your call or program: it goes on by itself."
            : DENIED.equals(done)
                ? "Denied. Whoever asked got nothing, and nothing new is asked for a minute."
                : null;
    return new PageAnswer.Shown("approvals.jte", view(request, person.get(), notice, null, "", ""));
  }

  @Override
  public PageAnswer post(PageRequest request) {
    FormParameters form = request.form();
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return SignInPage.wayTo(PATH, true);
    }
    String handle = form.required("approval");
    return switch (form.required("action")) {
      case "approve" ->
          EnteredNumber.parse(form.optional("number"))
              .map(number -> approve(request, person.get(), handle, number))
              .orElseGet(() ->
                  shown(
                      request,
                      person.get(),
                      400,
                      handle,
                      "Enter the two digits that you were told, or choose Deny."));
      case "deny" -> deny(request, person.get(), handle);
      default -> throw PageProblem.BAD_REQUEST.exception();
    };
  }

  private PageAnswer approve(
      PageRequest request, Person person, String handle, EnteredNumber number) {
    String subject = person.account().subject();
    Outcome outcome = approvals.approve(subject, handle, number, BROWSER);
    ApprovalLog.told(outcome, subject, BROWSER, request.clientAddress());
    return answer(request, person, handle, outcome);
  }

  private PageAnswer deny(PageRequest request, Person person, String handle) {
    String subject = person.account().subject();
    Outcome outcome = approvals.deny(subject, handle, BROWSER);
    ApprovalLog.told(outcome, subject, BROWSER, request.clientAddress());
    return answer(request, person, handle, outcome);
  }

  private PageAnswer answer(PageRequest request, Person person, String handle, Outcome outcome) {
    return switch (outcome) {
      case APPROVED -> new PageAnswer.SeeOther(PATH, Map.of(DONE, APPROVED));
      case DENIED -> new PageAnswer.SeeOther(PATH, Map.of(DONE, DENIED));
      case WRONG_NUMBER ->
          shown(
              request,
              person,
              400,
              handle,
              "That isn’t the number. Another wrong one denies the request. If nobody told you a"
                  + " number, choose Deny.");
      case DENIED_BY_NUMBER ->
          shown(
              request,
              person,
              400,
              "That was wrong again, so the request is denied. Whoever asked got nothing. Start"
                  + " again if it was you.");
      case OVER, ASKED_HERE ->
          shown(
              request,
              person,
              409,
              "This request is over: it was answered before, or its time ran out. Nothing was"
                  + " approved just now.");
    };
  }

  private PageAnswer shown(
      PageRequest request, Person person, int status, String handle, String atEntry) {
    return new PageAnswer.Shown(
        status, "approvals.jte", view(request, person, null, null, handle, atEntry));
  }

  private PageAnswer shown(PageRequest request, Person person, int status, String error) {
    return new PageAnswer.Shown(
        status, "approvals.jte", view(request, person, null, error, "", ""));
  }

  private ApprovalsView view(
      PageRequest request,
      Person person,
      @Nullable String notice,
      @Nullable String error,
      String handle,
      String atEntry) {
    List<ApprovalsView.Entry> entries =
        approvals.waiting(person.account().subject()).stream()
            .map(waiting ->
                new ApprovalsView.Entry(
                    waiting.handle(),
                    description.of(waiting),
                    waiting.handle().equals(handle) ? atEntry : null))
            .toList();
    String title =
        error != null || !atEntry.isEmpty()
            ? "Not approved"
            : entries.isEmpty() ? "Approvals" : "Approve or deny?";
    return new ApprovalsView(
        site.frame(title, request, person.label()), person.label(), notice, error, entries);
  }
}

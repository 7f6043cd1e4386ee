package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.AttemptKey.Kind;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.account.AttemptStore.Admission;
import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.device.DeviceAuthorization.State;
import dev.latchstring.authorizationserver.device.VerificationSession.Step;
import dev.latchstring.authorizationserver.page.ClientNetwork;
import dev.latchstring.authorizationserver.page.DisplayText;
import dev.latchstring.authorizationserver.page.Frame;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.page.Waiting;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.FormParameters;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8628 §3.3. The {@code verification_uri}: a signed-in person types the code.
 *
 * <p>A code that came in the address ({@code verification_uri_complete}, §3.3.1) is only filled in;
 * the person still compares it with the device and sends it. A wrong code counts against the
 * session, the person and the network; after a few the next has to wait (status 429), ever longer
 * (§5.1). A code that is expired, decided or never was gets one and the same answer. What cannot be
 * a code at all is no guess and is not counted.
 */
public final class CodePage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/device";

  private static final int MAX_SHOWN = 40;

  private final Site site;
  private final BrowserSessions sessions;
  private final DeviceAuthorizationStore authorizations;
  private final AttemptStore attempts;

  public CodePage(
      Site site,
      BrowserSessions sessions,
      DeviceAuthorizationStore authorizations,
      AttemptStore attempts) {
    this.site = site;
    this.sessions = sessions;
    this.authorizations = authorizations;
    this.attempts = attempts;
  }

  @Override
  public PageAnswer get(PageRequest request) {
    FormParameters query = request.query();
    Optional<UserCode> code = VerificationSession.code(query);
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return VerificationSession.signIn(code, false);
    }
    boolean unusable = code.isEmpty() && query.optional(VerificationSession.USER_CODE) != null;
    CodeView view =
        new CodeView(
            frame(
                request, person.get(), code.isPresent() ? "Is this your code?" : "Enter the code"),
            code.map(UserCode::display).orElse(""),
            code.isPresent(),
            unusable ? "The link you followed has no usable code. Type the one you see." : null);
    return new PageAnswer.Shown("code.jte", view);
  }

  @Override
  public PageAnswer post(PageRequest request) {
    String typed = request.form().optional(VerificationSession.USER_CODE);
    Optional<UserCode> code = VerificationSession.code(request.form());
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return VerificationSession.signIn(code, true);
    }
    if (typed == null) {
      return again(request, person.get(), 400, "", "Enter the code.", null);
    }
    if (code.isEmpty()) {
      return again(
          request,
          person.get(),
          400,
          DisplayText.of(typed, MAX_SHOWN),
          "A code has eight letters and no vowels. Check it and try again.",
          null);
    }
    return look(request, person.get(), code.get());
  }

  private static void told(String event, PageRequest request, Person person) {
    SecurityLog.note(
        event, "subject", person.account().subject(), "address", request.clientAddress());
  }

  private PageAnswer look(PageRequest request, Person person, UserCode code) {
    List<AttemptKey> keys =
        List.of(
            new AttemptKey(Kind.USER_CODE_SESSION, Objects.requireNonNull(request.sessionToken())),
            new AttemptKey(Kind.USER_CODE_SUBJECT, person.account().subject()),
            new AttemptKey(Kind.USER_CODE_ADDRESS, ClientNetwork.of(request.clientAddress())));
    if (attempts.admit(keys) instanceof Admission.Delayed delayed) {
      told("user_code_delayed", request, person);
      return again(
          request,
          person,
          429,
          code.display(),
          "Too many wrong codes. Wait " + Waiting.words(delayed.delay()) + ", then try again.",
          Waiting.whole(delayed.delay()));
    }
    boolean live =
        authorizations
            .findByUserCode(code)
            .filter(found -> found.state() == State.PENDING)
            .isPresent();
    if (!live) {
      told("user_code_wrong", request, person);
      return again(
          request,
          person,
          400,
          code.display(),
          "This code doesn’t work. It may be mistyped, used already or expired. Check it, or start"
              + " again on your device to get a new one.",
          null);
    }
    attempts.succeeded(keys);
    return VerificationSession.onTo(RequestPage.PATH, request, code, Step.FOUND);
  }

  private PageAnswer again(
      PageRequest request,
      Person person,
      int status,
      String code,
      String error,
      @Nullable Duration retryAfter) {
    String title = status == 429 ? "Wait to enter a code" : "The code wasn’t accepted";
    CodeView view = new CodeView(frame(request, person, title), code, false, error);
    return new PageAnswer.Shown(status, "code.jte", view, retryAfter);
  }

  private Frame frame(PageRequest request, Person person, String title) {
    return site.frame(title, request, person.label());
  }
}

package dev.latchstring.authorizationserver.credential;

import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.credential.AuthenticatorView.Setup;
import dev.latchstring.authorizationserver.credential.PendingEnrolments.Kind;
import dev.latchstring.authorizationserver.credential.PendingEnrolments.Place;
import dev.latchstring.authorizationserver.credential.TotpSecret.Algorithm;
import dev.latchstring.authorizationserver.credential.TotpSecretStore.Enrolled;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageProblem;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6238. Where a person sets up an authenticator app, and removes it.
 *
 * <p>Beginning needs a sign-in of a moment ago; a code of the app ends it within ten minutes, in
 * the same browser session. Until then nothing has changed.
 */
public final class AuthenticatorPage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/account/authenticator";

  /** Where it leads when something was done, with {@code done}. */
  private static final String ACCOUNT = "/account";

  static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private final Site site;
  private final BrowserSessions sessions;
  private final TotpSecretStore secrets;
  private final TotpCodes codes;
  private final PendingEnrolments pending;
  private final FreshSignIn fresh;
  private final SecureRandom random;

  public AuthenticatorPage(
      Site site,
      BrowserSessions sessions,
      TotpSecretStore secrets,
      TotpCodes codes,
      PendingEnrolments pending,
      Clock clock,
      SecureRandom random) {
    this.site = site;
    this.sessions = sessions;
    this.secrets = secrets;
    this.codes = codes;
    this.pending = pending;
    this.fresh = new FreshSignIn(clock);
    this.random = random;
  }

  @Override
  public PageAnswer get(PageRequest request) {
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return SignInPage.wayTo(PATH, false);
    }
    Optional<TotpSecret> setup = pending(request, person.get());
    if (setup.isEmpty() && !fresh.is(person.get())) {
      return FreshSignIn.wayTo(PATH, person.get());
    }
    return new PageAnswer.Shown(
        "authenticator.jte", view(request, person.get(), setup.orElse(null), null));
  }

  @Override
  public PageAnswer post(PageRequest request) {
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return SignInPage.wayTo(PATH, true);
    }
    String action = request.form().required("action");
    if (action.equals("confirm")) {
      return confirm(request, person.get());
    }
    if (!fresh.is(person.get())) {
      return FreshSignIn.wayTo(PATH, person.get());
    }
    return switch (action) {
      case "begin" -> begin(request, person.get());
      case "cancel" -> {
        pending.take(place(request, person.get()));
        yield new PageAnswer.SeeOther(ACCOUNT);
      }
      case "remove" -> remove(request, person.get());
      default -> throw PageProblem.BAD_REQUEST.exception();
    };
  }

  private PageAnswer begin(PageRequest request, Person person) {
    boolean configured =
        secrets.enrolled(person.account().subject()).filter(Enrolled::configured).isPresent();
    if (configured) {
      return new PageAnswer.SeeOther(PATH);
    }
    pending.begin(place(request, person), TotpSecret.random(random).bytes());
    return new PageAnswer.SeeOther(PATH);
  }

  private PageAnswer confirm(PageRequest request, Person person) {
    Optional<TotpSecret> setup = pending(request, person);
    if (setup.isEmpty()) {
      return refused(request, person, null, "That took too long. Begin again.");
    }
    String code = Objects.requireNonNullElse(request.form().optional("code"), "");
    long step = code.length() > 32 ? Long.MIN_VALUE : codes.match(setup.get(), code);
    if (step == Long.MIN_VALUE) {
      return refused(
          request,
          person,
          setup.get(),
          "That isn’t the code the app shows for this secret now. Check that your phone’s clock is"
              + " right, and enter the code it shows now.");
    }
    String subject = person.account().subject();
    boolean first = pending.take(place(request, person)).isPresent();
    if (!first || !secrets.enrol(subject, setup.get(), step)) {
      return new PageAnswer.SeeOther(PATH);
    }
    SecurityLog.note("totp_added", "subject", subject, "address", request.clientAddress());
    return new PageAnswer.SeeOther(ACCOUNT, Map.of("done", "authenticator_added"));
  }

  private PageAnswer remove(PageRequest request, Person person) {
    String subject = person.account().subject();
    if (!secrets.remove(subject)) {
      return new PageAnswer.SeeOther(PATH);
    }
    SecurityLog.note("totp_removed", "subject", subject, "address", request.clientAddress());
    return new PageAnswer.SeeOther(ACCOUNT, Map.of("done", "authenticator_removed"));
  }

  private PageAnswer refused(
      PageRequest request, Person person, @Nullable TotpSecret setup, String error) {
    return new PageAnswer.Shown(400, "authenticator.jte", view(request, person, setup, error));
  }

  private Optional<TotpSecret> pending(PageRequest request, Person person) {
    return pending.find(place(request, person)).map(bytes -> new TotpSecret(bytes, Algorithm.SHA1));
  }

  private static Place place(PageRequest request, Person person) {
    String session = Objects.requireNonNull(request.sessionToken(), "a person has a session");
    return new Place(session, person.account().subject(), Kind.TOTP);
  }

  private AuthenticatorView view(
      PageRequest request, Person person, @Nullable TotpSecret setup, @Nullable String error) {
    Optional<Enrolled> enrolled = secrets.enrolled(person.account().subject());
    return new AuthenticatorView(
        site.frame("Authenticator app", request, person.label()),
        enrolled.filter(Enrolled::configured).isPresent(),
        enrolled.map(Enrolled::since).map(DATE::format).orElse(null),
        setup == null ? null : setup(setup, person),
        error);
  }

  private Setup setup(TotpSecret secret, Person person) {
    String uri = secret.uri(site.host(), PasskeyRegistration.name(person.account()));
    return new Setup(QrCode.of(uri), secret.readable(), uri);
  }
}

package dev.latchstring.authorizationserver.access;

import dev.latchstring.authorizationserver.access.AccountView.Authenticator;
import dev.latchstring.authorizationserver.access.AccountView.Entry;
import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.account.SignOutPage;
import dev.latchstring.authorizationserver.consent.AccessDescription;
import dev.latchstring.authorizationserver.credential.Passkey;
import dev.latchstring.authorizationserver.credential.PasskeyStore;
import dev.latchstring.authorizationserver.credential.TotpSecretStore;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageProblem;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.FormParameters;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which programs a person has let in, and what they prove themselves with; each program can be put
 * out, and every browser signed out.
 */
public final class AccountPage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/account";

  private static final String DONE = "done";
  private static final String WITHDRAWN = "withdrawn";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private final Site site;
  private final BrowserSessions sessions;
  private final GivenAccesses accesses;
  private final AccessDescription description;
  private final TotpSecretStore totpSecrets;
  private final PasskeyStore passkeys;

  public AccountPage(
      Site site,
      BrowserSessions sessions,
      GivenAccesses accesses,
      AccessDescription description,
      TotpSecretStore totpSecrets,
      PasskeyStore passkeys) {
    this.site = site;
    this.sessions = sessions;
    this.accesses = accesses;
    this.description = description;
    this.totpSecrets = totpSecrets;
    this.passkeys = passkeys;
  }

  @Override
  public PageAnswer get(PageRequest request) {
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return SignInPage.wayTo(PATH, false);
    }
    List<Entry> entries =
        accesses.of(person.get().account().subject()).stream().map(this::entry).toList();
    String label = person.get().label();
    return new PageAnswer.Shown(
        "account.jte",
        new AccountView(
            site.frame("Your account", request, label),
            label,
            notice(request.query().optional(DONE)),
            entries,
            totpSecrets
                .enrolled(person.get().account().subject())
                .map(app -> app.configured() ? Authenticator.CONFIGURED : Authenticator.OWN)
                .orElse(Authenticator.NONE),
            passkeys.of(person.get().account().subject()).stream().map(Passkey::name).toList()));
  }

  private static @Nullable String notice(@Nullable String done) {
    return switch (done) {
      case WITHDRAWN ->
          "Access withdrawn. The program may go on for a few minutes, until its last token expires.";
      case "authenticator_added" -> "Your authenticator app is set up.";
      case "authenticator_removed" ->
          "The authenticator app isn’t asked for any more. Delete this account in the app, too.";
      case null, default -> null;
    };
  }

  @Override
  public PageAnswer post(PageRequest request) {
    FormParameters form = request.form();
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return SignInPage.wayTo(PATH, true);
    }
    return switch (form.required("action")) {
      case "withdraw" -> {
        String subject = person.get().account().subject();
        String clientId = form.required("client_id");
        String resource = form.required("resource");
        accesses.withdraw(subject, clientId, resource);
        SecurityLog.note(
            "access_withdrawn", "subject", subject, "client_id", clientId, "resource", resource);
        yield new PageAnswer.SeeOther(PATH, Map.of(DONE, WITHDRAWN));
      }
      case "sign_out_everywhere" -> {
        sessions.endAll(request, person.get());
        SecurityLog.note("signed_out_everywhere", "subject", person.get().account().subject());
        yield new PageAnswer.SeeOther(SignOutPage.PATH);
      }
      default -> throw PageProblem.BAD_REQUEST.exception();
    };
  }

  private Entry entry(GivenAccess access) {
    return new Entry(
        access.clientId(),
        description.client(access.clientId()),
        access.resource(),
        description.resourceName(access.resource()),
        description.resource(access.resource()),
        description.permissions(access.resource(), access.scope(), access.claims()),
        DATE.format(access.since()),
        access.since().truncatedTo(ChronoUnit.SECONDS).toString(),
        access.logins(),
        access.remembered());
  }
}

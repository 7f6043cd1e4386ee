package dev.latchstring.authorizationserver.credential;

import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.credential.PasskeysView.Entry;
import dev.latchstring.authorizationserver.credential.PendingEnrolments.Kind;
import dev.latchstring.authorizationserver.credential.PendingEnrolments.Place;
import dev.latchstring.authorizationserver.page.DisplayText;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageProblem;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * WebAuthn §7.1. Where a person makes passkeys, names and removes them.
 *
 * <p>Everything here needs a sign-in of a moment ago. The challenge is kept in the database for one
 * browser session, ten minutes and one answer. Browsers let scripts alone make a passkey, so this
 * page has one: it asks the browser and puts the answer into an ordinary form.
 */
public final class PasskeysPage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/account/passkeys";

  private static final int CHALLENGE = 32;
  private static final int MAX_NAME = 60;
  private static final String UNNAMED = "Passkey";

  private final Site site;
  private final BrowserSessions sessions;
  private final PasskeyStore passkeys;
  private final RelyingParty party;
  private final PasskeyRegistration registration;
  private final PendingEnrolments pending;
  private final FreshSignIn fresh;
  private final SecureRandom random;

  public PasskeysPage(
      Site site,
      BrowserSessions sessions,
      PasskeyStore passkeys,
      RelyingParty party,
      PendingEnrolments pending,
      Clock clock,
      SecureRandom random) {
    this.site = site;
    this.sessions = sessions;
    this.passkeys = passkeys;
    this.party = party;
    this.registration = new PasskeyRegistration(passkeys, party, clock);
    this.pending = pending;
    this.fresh = new FreshSignIn(clock);
    this.random = random;
  }

  @Override
  public boolean usesScript() {
    return true;
  }

  @Override
  public PageAnswer get(PageRequest request) {
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return SignInPage.wayTo(PATH, false);
    }
    if (!fresh.is(person.get())) {
      return FreshSignIn.wayTo(PATH, person.get());
    }
    String options =
        pending
            .find(place(request, person.get()))
            .map(challenge -> registration.options(person.get().account(), challenge))
            .map(ObjectNode::toString)
            .orElse(null);
    String notice =
        switch (request.query().optional("done")) {
          case "added" -> "Your passkey is ready.";
          case "renamed" -> "The passkey has its new name.";
          case "removed" ->
              "The passkey is removed here. Your device may still offer it; delete it there, too.";
          case null, default -> null;
        };
    return new PageAnswer.Shown("passkeys.jte", view(request, person.get(), options, notice, null));
  }

  @Override
  public PageAnswer post(PageRequest request) {
    Optional<Person> person = sessions.person(request);
    if (person.isEmpty()) {
      return SignInPage.wayTo(PATH, true);
    }
    String action = request.form().required("action");
    if (action.equals("register")) {
      return register(request, person.get());
    }
    if (!fresh.is(person.get())) {
      return FreshSignIn.wayTo(PATH, person.get());
    }
    return switch (action) {
      case "begin" -> {
        byte[] challenge = new byte[CHALLENGE];
        random.nextBytes(challenge);
        pending.begin(place(request, person.get()), challenge);
        yield new PageAnswer.SeeOther(PATH);
      }
      case "cancel" -> {
        pending.take(place(request, person.get()));
        yield new PageAnswer.SeeOther(PATH);
      }
      case "rename" -> rename(request, person.get());
      case "remove" -> remove(request, person.get());
      default -> throw PageProblem.BAD_REQUEST.exception();
    };
  }

  private PageAnswer register(PageRequest request, Person person) {
    Optional<byte[]> challenge = pending.take(place(request, person));
    if (challenge.isEmpty()) {
      return refused(request, person, "That took too long, or was done already. Begin again.");
    }
    String subject = person.account().subject();
    PasskeyRegistration.Result result =
        registration.register(
            subject, challenge.get(), request.form().required("credential"), name(request));
    return switch (result) {
      case ADDED -> {
        SecurityLog.note("passkey_added", "subject", subject, "address", request.clientAddress());
        yield new PageAnswer.SeeOther(PATH, Map.of("done", "added"));
      }
      case KNOWN -> refused(request, person, "This passkey is known here already.");
      case TOO_MANY ->
          refused(request, person, "You have as many passkeys as one can have. Remove one first.");
      case REFUSED -> {
        SecurityLog.note(
            "passkey_not_added", "subject", subject, "address", request.clientAddress());
        yield refused(request, person, "The passkey your device made can’t be used. Begin again.");
      }
    };
  }

  private PageAnswer rename(PageRequest request, Person person) {
    String subject = person.account().subject();
    if (!passkeys.rename(subject, credentialId(request), name(request))) {
      throw PageProblem.BAD_REQUEST.exception();
    }
    SecurityLog.note("passkey_renamed", "subject", subject, "address", request.clientAddress());
    return new PageAnswer.SeeOther(PATH, Map.of("done", "renamed"));
  }

  private PageAnswer remove(PageRequest request, Person person) {
    String subject = person.account().subject();
    if (passkeys.remove(subject, credentialId(request))) {
      SecurityLog.note("passkey_removed", "subject", subject, "address", request.clientAddress());
    }
    return new PageAnswer.SeeOther(PATH, Map.of("done", "removed"));
  }

  private static byte[] credentialId(PageRequest request) {
    try {
      return CredentialJson.decode("id", request.form().required("id"));
    } catch (IllegalArgumentException e) {
      throw PageProblem.BAD_REQUEST.exception();
    }
  }

  private static String name(PageRequest request) {
    String typed = request.form().optional("name");
    String name = typed == null ? "" : DisplayText.of(typed, MAX_NAME);
    return name.isBlank() ? UNNAMED : name;
  }

  private PageAnswer refused(PageRequest request, Person person, String error) {
    return new PageAnswer.Shown(400, "passkeys.jte", view(request, person, null, null, error));
  }

  private static Place place(PageRequest request, Person person) {
    String session = Objects.requireNonNull(request.sessionToken(), "a person has a session");
    return new Place(session, person.account().subject(), Kind.PASSKEY);
  }

  private PasskeysView view(
      PageRequest request,
      Person person,
      @Nullable String options,
      @Nullable String notice,
      @Nullable String error) {
    List<Entry> entries =
        passkeys.of(person.account().subject()).stream().map(PasskeysPage::entry).toList();
    return new PasskeysView(
        site.frame("Passkeys", request, person.label()),
        entries,
        options,
        site.passkeyScript(),
        party.hasName(),
        entries.size() >= PasskeyStore.MOST,
        notice,
        error);
  }

  private static Entry entry(Passkey passkey) {
    return new Entry(
        CredentialJson.encode(passkey.credentialId()),
        passkey.name(),
        AuthenticatorPage.DATE.format(passkey.createdAt()),
        passkey.createdAt().truncatedTo(ChronoUnit.SECONDS).toString(),
        passkey.lastUsedAt() == null ? null : AuthenticatorPage.DATE.format(passkey.lastUsedAt()),
        passkey.backedUp());
  }
}

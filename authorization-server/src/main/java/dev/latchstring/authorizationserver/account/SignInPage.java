package dev.latchstring.authorizationserver.account;

import dev.latchstring.authorizationserver.account.AttemptKey.Kind;
import dev.latchstring.authorizationserver.account.AttemptStore.Admission;
import dev.latchstring.authorizationserver.page.ClientNetwork;
import dev.latchstring.authorizationserver.page.DisplayText;
import dev.latchstring.authorizationserver.page.LocalPath;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.page.Waiting;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.FormParameters;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Username and password.
 *
 * <p>A name that nobody has and a wrong password get the same answer after the same time. Each
 * failure counts against the name and against the network it came from; after a few, the next
 * attempt has to wait (status 429), ever longer.
 */
public final class SignInPage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/sign-in";

  private static final int MAX_USERNAME = 200;
  private static final String REASON = "reason";
  private static final String ENDED = "ended";
  private static final String HINT = "login_hint";

  private final Site site;
  private final BrowserSessions sessions;
  private final PasswordAuthentication passwords;
  private final AttemptStore attempts;
  private final LocalPath destinations;

  /**
   * @param destinations where a person may go on to
   */
  public SignInPage(
      Site site,
      BrowserSessions sessions,
      PasswordAuthentication passwords,
      AttemptStore attempts,
      LocalPath destinations) {
    this.site = site;
    this.sessions = sessions;
    this.passwords = passwords;
    this.attempts = attempts;
    this.destinations = destinations;
  }

  /** Why a program lets a person sign in. */
  public enum Reason {
    /** Nobody is signed in. */
    NOBODY,
    /** Somebody is, and has to do it again. */
    AGAIN,
    /** Somebody is who is not the one that is asked for. */
    ANOTHER,
    /** Somebody is, but not since a moment ago, and wants to change how they sign in. */
    SECURITY;

    private static Optional<Reason> of(@Nullable String text) {
      return Stream.of(AGAIN, ANOTHER, SECURITY)
          .filter(reason -> reason.text().equals(text))
          .findAny();
    }

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The way to sign in and back.
   *
   * @param then the path to go on to, with its query
   * @param ended whether the person was signed in a moment ago and should be told why not any more
   */
  public static PageAnswer wayTo(String then, boolean ended) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("then", then);
    if (ended) {
      query.put(REASON, ENDED);
    }
    return new PageAnswer.SeeOther(PATH, query);
  }

  /**
   * The way to sign in and back, for a program that asked for it.
   *
   * @param hint the username that is expected; null for none
   */
  public static PageAnswer wayTo(String then, Reason reason, @Nullable String hint) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("then", then);
    if (reason != Reason.NOBODY) {
      query.put(REASON, reason.text());
    }
    if (hint != null) {
      query.put(HINT, hint);
    }
    return new PageAnswer.SeeOther(PATH, query);
  }

  @Override
  public PageAnswer get(PageRequest request) {
    FormParameters query = request.query();
    String then = destinations.orHome(query.optional("then"));
    String reason = query.optional(REASON);
    if (Reason.of(reason).isEmpty() && sessions.person(request).isPresent()) {
      return new PageAnswer.SeeOther(then);
    }
    String hint = query.optional(HINT);
    String username = hint == null ? "" : DisplayText.of(hint, MAX_USERNAME);
    return new PageAnswer.Shown(
        "sign-in.jte", view(request, "Sign in", then, username, null, notice(reason)));
  }

  private static @Nullable String notice(@Nullable String reason) {
    if (ENDED.equals(reason)) {
      return "You were signed out because this page wasn’t used for a while. Sign in to go on.";
    }
    return switch (Reason.of(reason).orElse(Reason.NOBODY)) {
      case AGAIN -> "The program asks that you sign in now, even if you are signed in already.";
      case ANOTHER ->
          "The program asks for another account than the one you are signed in with. Sign in with"
              + " that account to go on.";
      case SECURITY ->
          "To see or change how you prove who you are, enter your password again. You signed in more"
              + " than 5 minutes ago.";
      case NOBODY -> null;
    };
  }

  @Override
  public PageAnswer post(PageRequest request) {
    FormParameters form = request.form();
    String then = destinations.orHome(form.optional("then"));
    String username = form.optional("username");
    String password = form.optional("password");
    if (username == null || password == null) {
      String typed = username == null ? "" : username;
      return refused(request, 400, then, typed, "Enter both your username and your password.");
    }
    List<AttemptKey> keys =
        List.of(
            new AttemptKey(Kind.USERNAME, AccountStore.key(shortened(username))),
            new AttemptKey(Kind.SIGN_IN_ADDRESS, ClientNetwork.of(request.clientAddress())));
    if (attempts.admit(keys) instanceof Admission.Delayed delayed) {
      SecurityLog.note(
          "sign_in_delayed",
          "address",
          request.clientAddress(),
          "seconds",
          Long.toString(delayed.delay().toSeconds()));
      return delayed(request, then, username, delayed.delay());
    }
    Optional<Account> account = passwords.authenticate(username, password);
    if (account.isEmpty()) {
      SecurityLog.note("sign_in_failed", "address", request.clientAddress());
      return refused(
          request, 400, then, username, "That username and password don’t go together. Try again.");
    }
    attempts.succeeded(keys);
    SecurityLog.note(
        "signed_in", "subject", account.get().subject(), "address", request.clientAddress());
    sessions.begin(request, account.get());
    return new PageAnswer.SeeOther(then);
  }

  private PageAnswer delayed(PageRequest request, String then, String username, Duration delay) {
    String message = "Too many attempts. Wait " + Waiting.words(delay) + ", then try again.";
    return new PageAnswer.Shown(
        429,
        "sign-in.jte",
        view(request, "Wait to sign in", then, username, message, null),
        Waiting.whole(delay));
  }

  private PageAnswer refused(
      PageRequest request, int status, String then, String username, String error) {
    return new PageAnswer.Shown(
        status, "sign-in.jte", view(request, "Not signed in", then, username, error, null));
  }

  private SignInView view(
      PageRequest request,
      String title,
      String then,
      String username,
      @Nullable String error,
      @Nullable String notice) {
    return new SignInView(
        site.frame(title, request, null), then, shortened(username), error, notice);
  }

  private static String shortened(String username) {
    return username.length() > MAX_USERNAME ? username.substring(0, MAX_USERNAME) : username;
  }
}

package dev.latchstring.authorizationserver.account;

import dev.latchstring.authorizationserver.page.PageRequest;
import java.time.Instant;
import java.util.Optional;

/** Who is signed in, in the browser that asks for a page. */
public final class BrowserSessions {
  private final SignInSessionStore sessions;
  private final AccountStore accounts;

  public BrowserSessions(SignInSessionStore sessions, AccountStore accounts) {
    this.sessions = sessions;
    this.accounts = accounts;
  }

  /**
   * A person at a browser.
   *
   * @param authenticationTime when they signed in
   */
  public record Person(Account account, Instant authenticationTime) {
    /** How the pages name the person: by the name people know, and the one that is unique. */
    public String label() {
      String name = account.displayName();
      String username = account.username();
      if (username == null) {
        return name;
      }
      return name.isBlank() || name.equals(username) ? username : name + " (" + username + ")";
    }
  }

  /** The person; empty where nobody is signed in, the session has ended or the account is gone. */
  public Optional<Person> person(PageRequest request) {
    return Optional.ofNullable(request.sessionToken())
        .flatMap(sessions::find)
        .flatMap(session ->
            accounts
                .findBySubject(session.subject())
                .map(account -> new Person(account, session.authenticationTime())));
  }

  /** Begins a session of a new name for the person; the one the browser had ends. */
  void begin(PageRequest request, Account account) {
    end(request);
    request.replaceSession(sessions.create(account.subject()));
  }

  /** Ends every session of the person at the browser, in every browser. */
  public void endAll(PageRequest request, Person person) {
    sessions.removeAll(person.account().subject());
    request.endSession();
  }

  /** Ends the browser's session. */
  public void end(PageRequest request) {
    String token = request.sessionToken();
    if (token != null) {
      sessions.remove(token);
      request.endSession();
    }
  }
}

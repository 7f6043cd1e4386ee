package dev.latchstring.examples.mediator;

import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The links that lead a person from a URL elicitation to the page of their login. Each is for one
 * login, is claimed by the first browser that opens it, and ends with the login. A link lets nobody
 * see or get anything: it takes answers.
 */
final class Links {
  /** The most links. */
  static final int MOST = 10_000;

  /** The most links to one login. */
  static final int MOST_FOR_ONE = 5;

  private final SecureRandom random;
  private final InstantSource clock;
  private final Map<String, Link> links = new HashMap<>();

  Links(SecureRandom random, InstantSource clock) {
    this.random = random;
    this.clock = clock;
  }

  /** A login's page, in one browser. */
  static final class Link {
    private final String ticket;
    private final Login login;
    private final String elicitationId;
    private final String formToken;
    private final Instant until;
    private @Nullable String browser;

    private Link(Login login, SecureRandom random, Instant until) {
      this.ticket = Secrets.newToken(random);
      this.login = login;
      this.elicitationId = Secrets.newToken(random);
      this.formToken = Secrets.newToken(random);
      this.until = until;
    }

    /** The secret part of the address. */
    String ticket() {
      return ticket;
    }

    Login login() {
      return login;
    }

    String elicitationId() {
      return elicitationId;
    }

    /** What a form of this page carries, and no form of another site can. */
    String formToken() {
      return formToken;
    }

    /**
     * Binds it to the browser that opens it first.
     *
     * @return the cookie to set; empty where a browser has it already
     */
    private synchronized Optional<String> claim(SecureRandom random) {
      if (browser != null) {
        return Optional.empty();
      }
      String cookie = Secrets.newToken(random);
      browser = Secrets.sha256Base64Url(cookie);
      return Optional.of(cookie);
    }

    private synchronized boolean isClaimed() {
      return browser != null;
    }

    synchronized boolean isOf(@Nullable String cookie) {
      return browser != null
          && cookie != null
          && Secrets.equal(browser, Secrets.sha256Base64Url(cookie));
    }
  }

  /**
   * A link to the login's page that no browser has claimed yet, so that whoever lost theirs gets on
   * by calling the tool again; empty where there are too many.
   */
  synchronized Optional<Link> to(Login login) {
    Instant now = clock.instant();
    links.values().removeIf(link -> !now.isBefore(link.until));
    int claimed = 0;
    for (Link link : links.values()) {
      if (link.login == login && !link.isClaimed()) {
        return Optional.of(link);
      }
      claimed += link.login == login ? 1 : 0;
    }
    if (links.size() >= MOST || claimed >= MOST_FOR_ONE) {
      return Optional.empty();
    }
    // A little longer than the login, to say on the page how it ended.
    Link link = new Link(login, random, now.plus(Login.LIFE).plusSeconds(60));
    links.put(Secrets.sha256Base64Url(link.ticket), link);
    return Optional.of(link);
  }

  synchronized Optional<Link> find(String ticket) {
    return Optional.ofNullable(links.get(Secrets.sha256Base64Url(ticket)))
        .filter(link -> clock.instant().isBefore(link.until));
  }

  Optional<String> claim(Link link) {
    return link.claim(random);
  }

  /** It led to an end. */
  synchronized void usedUp(Link link) {
    links.remove(Secrets.sha256Base64Url(link.ticket));
  }
}

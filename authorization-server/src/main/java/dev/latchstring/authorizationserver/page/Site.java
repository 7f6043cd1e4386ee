package dev.latchstring.authorizationserver.page;

import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Where the pages live: the issuer, and what follows from it for links, cookies and headers. */
public final class Site {
  private final URI issuer;
  private final String base;
  private final Assets assets;
  private final SecureRandom random;
  private final SessionCookie cookie;
  private final SameOrigin sameOrigin;
  private final PageHeaders headers;
  private final Templates templates = new Templates();

  /**
   * @param issuer https, or http on loopback; its path is the pages' base
   */
  public Site(URI issuer, Assets assets, SecureRandom random) {
    this.issuer = issuer;
    this.assets = assets;
    this.random = random;
    String path = issuer.getRawPath() == null ? "" : issuer.getRawPath();
    this.base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    boolean secure = "https".equalsIgnoreCase(issuer.getScheme());
    this.cookie = new SessionCookie(issuer);
    this.sameOrigin = new SameOrigin(HttpsUri.origin(issuer));
    this.headers = new PageHeaders(secure);
  }

  /** The frame of a page with a form, for the browser session of the request. */
  public Frame frame(String title, PageRequest request, @Nullable String person) {
    return frame(title, request.formToken(), person);
  }

  /** The frame of a page without any form; the browser needs no session for it. */
  public Frame frameWithoutForm(String title) {
    return frame(title, "", null);
  }

  private Frame frame(String title, String formToken, @Nullable String person) {
    return new Frame(
        title,
        base,
        issuer.getRawAuthority(),
        base + assets.style(),
        base + assets.icon(),
        formToken,
        person);
  }

  /** The path of the script that makes a passkey. */
  public String passkeyScript() {
    return base + assets.passkeyScript();
  }

  /** The issuer's host and port, as people and their programs know this server. */
  public String host() {
    return issuer.getRawAuthority();
  }

  String base() {
    return base;
  }

  SecureRandom random() {
    return random;
  }

  SessionCookie cookie() {
    return cookie;
  }

  SameOrigin sameOrigin() {
    return sameOrigin;
  }

  PageHeaders headers() {
    return headers;
  }

  Templates templates() {
    return templates;
  }
}

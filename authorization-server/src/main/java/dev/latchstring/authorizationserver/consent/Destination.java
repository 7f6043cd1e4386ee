package dev.latchstring.authorizationserver.consent;

import dev.latchstring.authorizationserver.page.DisplayText;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;

/**
 * RFC 8252 §7. Where an answer to a client goes, as people are told.
 *
 * @param name the whole host with its port, or the scheme that a program has claimed
 */
public record Destination(Kind kind, String name) {
  /** Longer than any host with its port: what is cut off could be the part that matters. */
  private static final int MAX_NAME = 300;

  /** What kind of place it is. */
  public enum Kind {
    /** A host that its name says. */
    HOST,
    /** A program that listens on this machine. */
    LOOPBACK,
    /** A program on this machine that has claimed a scheme. */
    APP
  }

  /**
   * Where an address leads that was registered.
   *
   * @param uri an absolute URI
   */
  public static Destination of(String uri) {
    URI parsed = URI.create(uri);
    String scheme = parsed.getScheme();
    boolean web = scheme.equals("https") || scheme.equals("http");
    Kind kind = web ? HttpsUri.isLoopback(parsed) ? Kind.LOOPBACK : Kind.HOST : Kind.APP;
    String name = web ? parsed.getRawAuthority() : scheme + ":";
    return new Destination(kind, DisplayText.of(name, MAX_NAME));
  }
}

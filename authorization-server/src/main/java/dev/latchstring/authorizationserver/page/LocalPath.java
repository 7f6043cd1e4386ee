package dev.latchstring.authorizationserver.page;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where to go on after signing in: a page of this server, never another place.
 *
 * <p>The address travels through the browser, so it is not trusted when it comes back: its path
 * must be one of the known ones, and its query must be plain characters.
 */
public final class LocalPath {
  /** The most characters a path with its query may have. */
  public static final int MAX_LENGTH = 512;

  private final Set<String> known;
  private final String home;

  /**
   * @param home where to go when no usable path is given; always known
   * @param others the other paths that may be gone to
   */
  public LocalPath(String home, String... others) {
    this.home = home;
    this.known = Set.of(others);
  }

  /** The path itself where it is a known one of this server, else {@code home}. */
  public String orHome(@Nullable String path) {
    if (path == null || path.length() > MAX_LENGTH) {
      return home;
    }
    int question = path.indexOf('?');
    String place = question < 0 ? path : path.substring(0, question);
    boolean isKnown = place.equals(home) || known.contains(place);
    return isKnown && path.chars().skip(place.length()).allMatch(LocalPath::isPlain) ? path : home;
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "?&=%+-._*".indexOf(c) >= 0;
  }
}

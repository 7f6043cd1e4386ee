package dev.latchstring.authorizationserver.page;

/**
 * One address of the pages.
 *
 * <p>An {@code OAuthException} thrown from either method becomes a page of its status; anything
 * else becomes a page of status 500 with a reference, and a line in the log.
 */
public interface Page {
  /** What a GET shows. It changes nothing, unless it {@link #actsWhenOpened}. */
  PageAnswer get(PageRequest request);

  /**
   * What a form does. It is called only when the form came from this site and this session, or
   * where {@link #takesForeignForms}.
   */
  PageAnswer post(PageRequest request);

  /**
   * Whether a GET does something, as a protocol wants it: then a HEAD, which only looks, is refused
   * with status 405.
   */
  default boolean actsWhenOpened() {
    return false;
  }

  /** Whether the page runs a script, one of {@link Assets}; every other page forbids scripts. */
  default boolean usesScript() {
    return false;
  }

  /**
   * Whether forms of other sites are taken, too. Such a page must not act for the person at the
   * browser when it gets one.
   */
  default boolean takesForeignForms() {
    return false;
  }
}

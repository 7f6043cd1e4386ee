package dev.latchstring.authorizationserver.page;

import org.jspecify.annotations.Nullable;

/**
 * What surrounds the content of every page.
 *
 * @param title the page's title, which states the outcome where there is one
 * @param base the issuer's path, without trailing slash: empty or {@code /path}
 * @param host the issuer's host (and port), so that a person can see where they are
 * @param stylesheet the path of the stylesheet
 * @param icon the path of the icon
 * @param formToken what a form on this page must send back; see {@link FormToken}
 * @param person who is signed in; null for nobody
 */
public record Frame(
    String title,
    String base,
    String host,
    String stylesheet,
    String icon,
    String formToken,
    @Nullable String person) {

  /** Without the form token. */
  @Override
  public String toString() {
    return "Frame[" + title + "]";
  }
}

package dev.latchstring.client.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What the browser shows when it comes back: a page without script, without anything from
 * elsewhere, and without what came in the request.
 *
 * @param status of HTTP
 * @param title what happened, in a few words
 * @param text what to do now
 */
public record CallbackPage(int status, String title, String text) {
  private static final String CLOSE = "You can close this page.";
  private static final String STYLE =
      """
      :root{color-scheme:light dark}\
      body{font:1.125rem/1.5 system-ui,sans-serif;margin:0;display:grid;min-height:100vh;\
      place-items:center}\
      main{max-width:32rem;padding:1.5rem}\
      h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}\
      p{margin:0 0 .75rem;overflow-wrap:anywhere}\
      """;

  /** Everything is refused but this very style. */
  static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + hash(STYLE)
          + "'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  /**
   * The login is done.
   *
   * @param who null where that is not known yet
   */
  public static CallbackPage signedIn(@Nullable String who, String where) {
    return new CallbackPage(
        200,
        "Signed in",
        "You are signed in to " + where + (who == null ? "" : " as " + who) + ". " + CLOSE);
  }

  /** The answer arrived, and what became of it is told elsewhere. */
  public static CallbackPage received() {
    return new CallbackPage(
        200,
        "Almost done",
        "Your answer arrived. Go back to where you started the login: it goes on there. " + CLOSE);
  }

  /** The login came to nothing. */
  public static CallbackPage failed(String why) {
    return new CallbackPage(
        200,
        "Not signed in",
        why + " Go back to where you started the login; it says more. " + CLOSE);
  }

  /** The person refused. */
  public static CallbackPage denied() {
    return new CallbackPage(
        200, "Not signed in", "The login was denied, and nobody was signed in. " + CLOSE);
  }

  /** Nothing of this login: it changes nothing. */
  static CallbackPage stranger() {
    return new CallbackPage(
        400,
        "Not the login that is waiting",
        "This answer does not belong to the login that is waiting on this computer, and was not"
            + " used. If you followed a link that somebody gave you, close this page. If you"
            + " started the login yourself, start it again and use the newest page.");
  }

  /** The answer to this login was given before. */
  static CallbackPage usedUp() {
    return new CallbackPage(
        409, "Answered already", "This login has its answer already, and it counts once. " + CLOSE);
  }

  static CallbackPage notUnderstood(int status) {
    return new CallbackPage(status, "Not understood", "This is not an answer to a login. " + CLOSE);
  }

  static CallbackPage notFound() {
    return new CallbackPage(
        404, "Nothing here", "Only the answer to a login is taken here. " + CLOSE);
  }

  byte[] html() {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s - Latchstring</title>
    <style>%s</style>
    </head>
    <body>
    <main>
    <h1>%s</h1>
    <p>%s</p>
    </main>
    </body>
    </html>
    """
            .formatted(escape(title), STYLE, escape(title), escape(text))
        .getBytes(UTF_8);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String hash(String style) {
    try {
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(style.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

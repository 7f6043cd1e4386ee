package dev.latchstring.authorizationserver.credential;

import dev.latchstring.authorizationserver.page.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What {@code authenticator.jte} shows.
 *
 * @param configured whether the operator set the app up, so that nothing can be changed here
 * @param since when the person set it up, in words; null where there is none
 * @param setup what is being set up; null for nothing
 * @param error what was wrong; null for nothing
 */
public record AuthenticatorView(
    Frame frame,
    boolean configured,
    @Nullable String since,
    @Nullable Setup setup,
    @Nullable String error) {

  /**
   * A secret on its way into an app.
   *
   * @param qr the Key URI, as a picture
   * @param secret the secret, as people type it
   * @param uri the Key URI, for an app on the same device
   */
  public record Setup(QrCode qr, String secret, String uri) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Setup[]";
    }
  }
}

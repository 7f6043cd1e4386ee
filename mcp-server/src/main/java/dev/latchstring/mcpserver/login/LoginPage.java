package dev.latchstring.mcpserver.login;

import dev.latchstring.client.login.BrowserAddress;
import dev.latchstring.client.login.DeviceCode;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8628 §3.3, RFC 8252 §4.1. What the person has to open to log in: a page that wants a code, on
 * any device; or a page in the browser of this machine, which comes back here.
 *
 * @param page to be shown
 * @param complete to be opened: the page with the code in it, where there is such a thing
 * @param userCode what is entered there; null where the browser comes back by itself
 * @param opened whether a browser was told to open it, which proves nothing
 * @param comesBackTo where the browser ends; null for a code
 * @param scope what is asked for; {@link Scope#NONE} where that is left to the server
 * @param joined whether the login had begun before this process took part in it
 */
public record LoginPage(
    URI page,
    URI complete,
    @Nullable String userCode,
    boolean opened,
    @Nullable URI comesBackTo,
    Instant expiresAt,
    Duration interval,
    URI server,
    String issuer,
    String clientName,
    Scope scope,
    boolean joined) {

  static LoginPage of(DeviceCode code) {
    URI complete = code.verificationUriComplete();
    return new LoginPage(
        code.verificationUri(),
        complete == null ? code.verificationUri() : complete,
        code.userCode(),
        false,
        null,
        code.expiresAt(),
        code.interval(),
        code.server(),
        code.issuer(),
        code.clientName(),
        code.scope(),
        code.joined());
  }

  static LoginPage of(BrowserAddress browser) {
    return new LoginPage(
        browser.address(),
        browser.address(),
        null,
        browser.opened(),
        browser.redirectUri(),
        browser.expiresAt(),
        Duration.ofSeconds(5),
        browser.server(),
        browser.issuer(),
        browser.clientName(),
        browser.scope(),
        false);
  }

  /**
   * How long a call waits before it shows what was shown before: for one begun elsewhere, until it
   * is known whether somebody has approved meanwhile, though no longer than a repeated call,
   * whatever interval the server wants.
   */
  Duration patience() {
    if (!joined) {
      return Duration.ZERO;
    }
    Duration poll = interval.plusSeconds(2);
    return poll.compareTo(LoginPresenter.RETRY_PATIENCE) < 0 ? poll : LoginPresenter.RETRY_PATIENCE;
  }

  /** Whether a host can show it in a dialogue: a form holds no address that could be opened. */
  boolean fits(HostFace face) {
    return face.canOpenUrl() || (face.canFillForm() && (userCode != null || opened));
  }

  /** Without the code and the address. */
  @Override
  public String toString() {
    return "LoginPage[issuer=" + issuer + ", expiresAt=" + expiresAt + "]";
  }
}

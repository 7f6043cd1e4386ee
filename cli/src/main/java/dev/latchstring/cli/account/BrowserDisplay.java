package dev.latchstring.cli.account;

import dev.latchstring.cli.Environment;
import dev.latchstring.cli.terminal.Durations;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.cli.terminal.Style;
import dev.latchstring.client.login.BrowserAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * RFC 8252 on a terminal: the address to open, who asks, for what and at which authorization
 * server; and, where somebody can type here, that what the browser comes back to may be pasted.
 *
 * @param withPaste whether what is typed is read
 */
record BrowserDisplay(Output output, Environment environment, boolean withPaste) {
  /** Shows it, and returns at once. */
  void show(BrowserAddress browser) {
    output.json(
        new BrowserEvent(
            "browser",
            browser.address(),
            browser.redirectUri(),
            browser.opened(),
            browser.expiresAt().toString(),
            browser.issuer(),
            browser.clientName(),
            browser.scope().toString()));
    output.say("");
    output.say("To sign in to " + PlainText.line(browser.server().toString(), 200));
    output.say("");
    output.say(
        browser.opened()
            ? "  Your browser was told to open this address. If you see nothing, open it yourself:"
            : "  Open this address in your browser:");
    output.say("");
    output.say(Style.BOLD, browser.address().toASCIIString());
    output.say("");
    output.say(
        "  The page will say that \""
            + PlainText.line(browser.clientName(), 80)
            + "\" asks"
            + (browser.scope().isEmpty()
                ? ""
                : " for " + PlainText.line(browser.scope().toString(), 200))
            + ".");
    String host = browser.address().getHost();
    if (!Objects.equals(host, URI.create(browser.issuer()).getHost())) {
      output.say("  The login is done by " + PlainText.line(browser.issuer(), 200) + ".");
    }
    output.say(
        "  There are "
            + Durations.remaining(
                Duration.between(environment.clock().instant(), browser.expiresAt()))
            + " for it. Go on only if you started this yourself; give the address to nobody.");
    output.say("");
    if (withPaste) {
      output.say(
          "  If your browser cannot come back to this machine, it ends at an address that begins"
              + " with");
      output.say("  " + browser.redirectUri() + " and shows an error. Copy that whole address.");
      output.say("");
      output.ask("Waiting for your browser. Or paste the address here:");
    }
  }

  private record BrowserEvent(
      String event,
      URI address,
      URI redirect_uri,
      boolean opened,
      String expires_at,
      String issuer,
      String client_name,
      String scope) {}
}

package dev.latchstring.cli.account;

import dev.latchstring.cli.terminal.Durations;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.cli.terminal.QrCode;
import dev.latchstring.cli.terminal.Style;
import dev.latchstring.client.login.DeviceCode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8628 §3.3. Shows a device code on the terminal: the address, the code, who asks, for what and
 * at which authorization server, and the advice to go on only if one started this.
 *
 * @param withQrCode whether to draw the address as a QR code
 */
record CodeDisplay(Output output, Clock clock, boolean withQrCode) {
  void show(DeviceCode code) {
    output.json(
        new CodeEvent(
            "code",
            code.userCode(),
            code.verificationUri(),
            code.verificationUriComplete(),
            code.expiresAt().toString(),
            code.issuer(),
            code.clientName(),
            code.scope().toString()));
    output.say("");
    output.say("To sign in to " + PlainText.line(code.server().toString(), 200));
    output.say("");
    output.say("  open   " + code.verificationUri());
    output.say(Style.BOLD, "  enter  " + code.userCode());
    output.say("");
    if (withQrCode) {
      draw(Objects.requireNonNullElse(code.verificationUriComplete(), code.verificationUri()));
    }
    output.say(
        "  The page will say that \""
            + PlainText.line(code.clientName(), 80)
            + "\" asks"
            + scopes(code)
            + ".");
    String host = code.verificationUri().getHost();
    if (!Objects.equals(host, URI.create(code.issuer()).getHost())) {
      output.say("  The login is done by " + PlainText.line(code.issuer(), 200) + ".");
    }
    output.say(
        "  The code is good for "
            + Durations.remaining(Duration.between(clock.instant(), code.expiresAt()))
            + ". Go on only if you started this yourself; give the code to nobody.");
    output.say("");
  }

  private static String scopes(DeviceCode code) {
    return code.scope().isEmpty() ? "" : " for " + PlainText.line(code.scope().toString(), 200);
  }

  private void draw(URI address) {
    if (address.toString().length() <= 300) {
      output.sayBlocks(
          QrCode.of(address.toString()).draw(output.terminal(), output.terminal().error()));
      output.say("");
    }
  }

  private record CodeEvent(
      String event,
      String user_code,
      URI verification_uri,
      @Nullable URI verification_uri_complete,
      String expires_at,
      String issuer,
      String client_name,
      String scope) {}
}

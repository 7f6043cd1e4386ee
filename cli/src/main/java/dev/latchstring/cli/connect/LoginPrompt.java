package dev.latchstring.cli.connect;

import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.DeviceCode;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * RFC 8628 §3.3 and §5.4. What a person is shown to log in: the code, the host where it is entered,
 * the issuer's host if it is another, and the name of the client that asks, always together with
 * the advice to go on only if they started this.
 */
final class LoginPrompt {
  private static final int MAX_NAME = 60;

  private LoginPrompt() {}

  /** The message of an elicitation, whose address is shown by the host. */
  static String message(DeviceCode code, HostFace face) {
    return "Log in to "
        + Quoted.plain(host(code.server()), 100)
        + ". At "
        + Quoted.plain(host(code.verificationUri()), 100)
        + " enter the code "
        + Quoted.plain(code.userCode(), 64)
        + issuer(code)
        + ". Asked for by "
        + Quoted.text(code.clientName(), MAX_NAME)
        + " for "
        + Quoted.text(face.name(), MAX_NAME)
        + ". Go on only if you started this yourself.";
  }

  /** The same for a host that shows plain text only. */
  static String text(DeviceCode code, HostFace face) {
    return message(code, face)
        + "\n\nAddress: "
        + code.verificationUri()
        + "  \nCode: "
        + Quoted.plain(code.userCode(), 64)
        + complete(code);
  }

  /** MCP, "Elicitation", URL mode: {@code elicitationId} exists in the session era only. */
  static ObjectNode urlElicitation(DeviceCode code, HostFace face, @Nullable String elicitationId) {
    URI address = code.verificationUriComplete();
    ObjectNode params = JsonRpc.object().put("mode", "url");
    if (elicitationId != null) {
      params.put("elicitationId", elicitationId);
    }
    return params
        .put("url", String.valueOf(address == null ? code.verificationUri() : address))
        .put("message", message(code, face));
  }

  /** Form mode: it shows, and asks nothing. Its texts hold no address that could be clicked. */
  static ObjectNode formElicitation(DeviceCode code, HostFace face) {
    String place = code.verificationUri().getRawAuthority() + code.verificationUri().getRawPath();
    return form(
        message(code, face) + " The page is " + Quoted.plain(place, 200) + ". Accept when done.");
  }

  /** The question who approved: a device code does not prove that it was the person here. */
  static ObjectNode confirmation(Approval approval) {
    return form(
        question(approval)
            + " Accept only if that is your account. Otherwise decline: somebody else may have"
            + " entered the code.");
  }

  static String question(Approval approval) {
    URI issuer = URI.create(approval.identity().issuer());
    return "The login was approved by "
        + Quoted.text(approval.identity().display(), 80)
        + " at "
        + Quoted.plain(host(issuer), 100)
        + ". Is that you?";
  }

  private static ObjectNode form(String message) {
    ObjectNode params = JsonRpc.object().put("mode", "form").put("message", message);
    params.putObject("requestedSchema").put("type", "object").putObject("properties");
    return params;
  }

  private static String issuer(DeviceCode code) {
    String issuer = host(URI.create(code.issuer()));
    return issuer.equals(host(code.verificationUri()))
        ? ""
        : " (the login server is " + Quoted.plain(issuer, 100) + ")";
  }

  private static String complete(DeviceCode code) {
    URI complete = code.verificationUriComplete();
    return complete == null ? "" : "  \nAddress with the code in it: " + complete;
  }

  private static String host(URI uri) {
    String authority = uri.getRawAuthority();
    return authority == null ? uri.toString() : authority;
  }
}

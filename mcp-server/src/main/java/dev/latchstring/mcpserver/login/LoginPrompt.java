package dev.latchstring.mcpserver.login;

import dev.latchstring.client.login.Approval;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Quoted;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * RFC 8628 §3.3 and §5.4. What a person is shown to log in: the host where it is done, the code to
 * enter there if there is one, the issuer's host if it is another, and the name of the client that
 * asks, always together with the advice to go on only if they started this.
 */
public final class LoginPrompt {
  private static final int MAX_NAME = 60;
  private static final int MAX_SCOPE = 300;

  private LoginPrompt() {}

  /** The message of an elicitation, whose address is shown by the host. */
  public static String message(LoginPage page, HostFace face) {
    String place = Quoted.plain(host(page.page()), 100);
    String code = page.userCode();
    return "Log in to "
        + Quoted.plain(host(page.server()), 100)
        + ". "
        + (code != null
            ? "At " + place + " enter the code " + Quoted.plain(code, 64)
            : page.opened()
                ? "Your browser was told to open " + place
                : "Sign in at " + place + " in a browser on this machine")
        + issuer(page)
        + ". Asked for by "
        + Quoted.text(page.clientName(), MAX_NAME)
        + " for "
        + Quoted.text(face.name(), MAX_NAME)
        + scope(page)
        + ". Go on only if you started this yourself.";
  }

  /** The same for a host that shows plain text only. */
  static String text(LoginPage page, HostFace face, String tool) {
    String code = page.userCode();
    String address = message(page, face) + "\n\nAddress: " + page.page();
    return code == null
        ? address + comesBack(page, tool)
        : address + "  \nCode: " + Quoted.plain(code, 64) + complete(page);
  }

  /** MCP, "Elicitation", URL mode: {@code elicitationId} exists in the session era only. */
  static ObjectNode urlElicitation(LoginPage page, HostFace face, @Nullable String elicitationId) {
    ObjectNode params = JsonRpc.object().put("mode", "url");
    if (elicitationId != null) {
      params.put("elicitationId", elicitationId);
    }
    return params.put("url", page.complete().toString()).put("message", message(page, face));
  }

  /** Form mode: it shows, and asks nothing. Its texts hold no address that could be clicked. */
  static ObjectNode formElicitation(LoginPage page, HostFace face) {
    String place = page.page().getRawAuthority() + page.page().getRawPath();
    return form(
        message(page, face) + " The page is " + Quoted.plain(place, 200) + ". Accept when done.");
  }

  /** The question who approved: a device code does not prove that it was the person here. */
  static ObjectNode confirmation(Approval approval) {
    return form(
        question(approval)
            + " Accept only if that is your account. Otherwise decline: somebody else may have"
            + " entered the code.");
  }

  public static String question(Approval approval) {
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

  /** What more there is to it than before is the reason for a second login. */
  private static String scope(LoginPage page) {
    return page.scope().isEmpty() ? "" : ", to have " + scopes(page.scope().toString());
  }

  /** Some services' scopes are addresses, of which the end says enough and leads nowhere. */
  static String scopes(String scope) {
    return Quoted.plain(scope.replaceAll("\\S+://\\S*/", "…/"), MAX_SCOPE);
  }

  private static String issuer(LoginPage page) {
    String issuer = host(URI.create(page.issuer()));
    return issuer.equals(host(page.page()))
        ? ""
        : " (the login server is " + Quoted.plain(issuer, 100) + ")";
  }

  private static String complete(LoginPage page) {
    return page.complete().equals(page.page())
        ? ""
        : "  \nAddress with the code in it: " + page.complete();
  }

  /** For a browser on another machine, which ends where nobody answers. */
  private static String comesBack(LoginPage page, String tool) {
    return page.comesBackTo() == null
        ? ""
        : "\n\nIf the browser ends at an address that begins with "
            + page.comesBackTo()
            + " and shows an error, it is on another machine: call "
            + tool
            + " with {\"came_back_to\": that whole address}.";
  }

  private static String host(URI uri) {
    String authority = uri.getRawAuthority();
    return authority == null ? uri.toString() : authority;
  }
}

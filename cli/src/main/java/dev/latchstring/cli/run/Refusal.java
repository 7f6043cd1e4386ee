package dev.latchstring.cli.run;

import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.oauth.Challenge;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a program says that its token is not accepted: in Latchstring's own words ({@code
 * dev.latchstring/auth}), which can be acted on, or in a tool's error text, which is only a hint.
 */
final class Refusal {
  private static final int MAX_TEXT = 2000;

  /** What the programs of the presets and others print of a 401. */
  private static final Pattern UNAUTHORIZED =
      Pattern.compile(
          "(?i)\\b401\\b|bad credentials|\\bunauthorized\\b|invalid[_ ]token|token[_ ](has[_ ])?expired"
              + "|expired[_ ]token|token[_ ]revoked|invalid_auth|not_authed");

  private Refusal() {}

  /**
   * The login that the program asks for in an error: it did nothing then. Null where the error is
   * about something else.
   */
  static @Nullable LoginRequired login(RpcError error) {
    if (error.data() == null
        || !(error.data().get(Protocol.AUTH_DATA) instanceof ObjectNode auth)) {
      return null;
    }
    int status = auth.path("status").asInt(401);
    String kind = JsonRpc.textAt(auth, "error");
    boolean more =
        error.code() == RpcError.REFUSED
            && ("insufficient_scope".equals(kind)
                || "insufficient_user_authentication".equals(kind));
    if (error.code() != RpcError.LOGIN_REQUIRED && !more) {
      return null;
    }
    Challenge challenge =
        Challenge.of("Bearer")
            .with("error", kind)
            .with("scope", JsonRpc.textAt(auth, "scope"))
            .with("acr_values", JsonRpc.textAt(auth, "acr_values"));
    return new LoginRequired(status, List.of(challenge));
  }

  /** Whether a tool's error sounds as if the token was refused. */
  static boolean isMeantBy(ObjectNode result) {
    if (!result.path("isError").asBoolean(false)) {
      return false;
    }
    for (JsonNode content : result.path("content")) {
      String text = content.path("text").asString("");
      String head = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
      if (UNAUTHORIZED.matcher(head).find()) {
        return true;
      }
    }
    return false;
  }
}

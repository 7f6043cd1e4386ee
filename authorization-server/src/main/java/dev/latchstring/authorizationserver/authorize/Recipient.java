package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.McpContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §4.1.2. Who gets the answer, where: only what was validated against the registration is
 * made one.
 *
 * @param redirectUri a redirect URI of the client's
 * @param redirectUriSent whether the request named it
 * @param state what came as {@code state}
 */
public record Recipient(
    String clientId, String redirectUri, boolean redirectUriSent, @Nullable String state) {

  /**
   * The address that carries a code to the client.
   *
   * @param context {@code mcp_context} as JSON, or null for none
   */
  String withCode(String issuer, String code, @Nullable String context) {
    Map<String, @Nullable String> answer = new LinkedHashMap<>();
    answer.put("code", code);
    answer.put(McpContext.NAME, context);
    return with(issuer, answer);
  }

  /** RFC 6749 §4.1.2.1. The address that carries an error to the client. */
  String withError(String issuer, OAuthException error) {
    Map<String, @Nullable String> answer = new LinkedHashMap<>();
    answer.put("error", error.code().code());
    answer.put("error_description", ascii(error.description()));
    return with(issuer, answer);
  }

  /** RFC 9207 §2: every answer says who gave it. */
  private String with(String issuer, Map<String, @Nullable String> answer) {
    answer.put("state", state);
    answer.put("iss", issuer);
    return FormParameters.appended(redirectUri, answer);
  }

  /** RFC 6749 §4.1.2.1: %x20-21 / %x23-5B / %x5D-7E. */
  private static String ascii(String description) {
    StringBuilder out = new StringBuilder(description.length());
    description
        .chars()
        .forEach(
            c -> out.append(c < 0x20 || c > 0x7E ? '?' : c == '"' || c == '\\' ? '\'' : (char) c));
    return out.toString();
  }

  /** Without the state. */
  @Override
  public String toString() {
    return "Recipient[clientId=" + clientId + "]";
  }
}

package dev.latchstring.client.browser;

import dev.latchstring.client.browser.AuthorizationResponse.Code;
import dev.latchstring.client.browser.AuthorizationResponse.Misdirected;
import dev.latchstring.client.browser.AuthorizationResponse.Refusal;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §10.12 and RFC 9207 §2.4, as MCP's "Authorization Response Validation" has them. By what
 * an answer is known.
 *
 * @param state of this login; a secret until it is sent
 * @param issuer the authorization server, character by character
 * @param namesIssuer whether its metadata says that every answer carries {@code iss}
 */
public record Expected(String state, String issuer, boolean namesIssuer) {
  private static final int MAX_CODE = 4096;

  /** Whether the answer is this login's. Nothing else of it has been read. */
  boolean isMeant(FormParameters parameters) {
    String given = parameters.optional("state");
    return given != null && Secrets.equal(given, state);
  }

  /** What an answer says that {@link #isMeant}. */
  AuthorizationResponse read(FormParameters parameters) {
    String from = parameters.optional("iss");
    if (from == null && namesIssuer) {
      return new Misdirected(
          "the answer does not say which authorization server it is from, and "
              + issuer
              + " always says so (RFC 9207)");
    }
    if (from != null && !from.equals(issuer)) {
      return new Misdirected(
          "the answer is from another authorization server than " + issuer + " (RFC 9207)");
    }
    String error = parameters.optional("error");
    if (error != null) {
      String description = parameters.optional("error_description");
      return new Refusal(
          ServerText.clean(error, 100),
          description == null ? null : ServerText.clean(description, 200));
    }
    String code = parameters.optional("code");
    return code != null && isCode(code)
        ? new Code(code)
        : new Refusal("invalid_response", "the answer holds neither a code nor an error");
  }

  /** RFC 6749 appendix A.11, bounded. */
  static boolean isCode(@Nullable String code) {
    return code != null
        && !code.isEmpty()
        && code.length() <= MAX_CODE
        && code.chars().allMatch(c -> c > 0x20 && c < 0x7F);
  }

  /** Without the state. */
  @Override
  public String toString() {
    return "Expected[issuer=" + issuer + "]";
  }
}

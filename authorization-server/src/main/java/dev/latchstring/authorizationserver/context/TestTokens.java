package dev.latchstring.authorizationserver.context;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code mcp_test_mode}: tokens with {@code mcp_test: true}, for the clients of a test server that
 * its operator marked.
 */
public final class TestTokens {
  private static final String MODE = "mcp_test_mode";

  private final Set<String> clients;

  /**
   * @param clients the identifiers of the clients that the operator marked; none where the server
   *     is not in test mode
   */
  public TestTokens(Set<String> clients) {
    this.clients = Set.copyOf(clients);
  }

  /**
   * What a token request wants to be different; null where it is for no test token.
   *
   * @param clientId who asks, authenticated
   * @throws OAuthException {@code unauthorized_client} where the client may not have test tokens,
   *     so that nobody gets a real one instead; {@code invalid_request} for a malformed parameter
   */
  public @Nullable TestOverride asked(String clientId, FormParameters form) {
    String mode = form.optional(MODE);
    String override = form.optional(TestOverride.NAME);
    if (mode == null || mode.equals("false")) {
      if (override != null) {
        throw invalid(TestOverride.NAME + " goes with " + MODE + "=true alone");
      }
      return null;
    }
    if (!mode.equals("true")) {
      throw invalid(MODE + " is true or false");
    }
    if (!clients.contains(clientId)) {
      throw new OAuthException(
          ErrorCode.UNAUTHORIZED_CLIENT,
          "test tokens are for clients marked test: true of a server in test mode");
    }
    return TestOverride.parse(override);
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}

package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/** RFC 6749 §3.2 and §5. Asks a token endpoint, and accepts only answers that can be used. */
public final class TokenEndpoint {
  private static final int MAX_TOKEN = 16 * 1024;

  private final Http http;

  public TokenEndpoint(Http http) {
    this.http = http;
  }

  /**
   * One request.
   *
   * @param parameters of the grant, {@code grant_type} among them
   * @throws ClientException {@link Problem#NETWORK}; {@link Problem#METADATA_INVALID} where the
   *     answer lacks what RFC 6749 §5.1 requires, or the token is of a type this client cannot use
   */
  public Answer<TokenResponse> request(
      URI endpoint, ClientAuthentication client, Map<String, String> parameters) {
    Map<String, String> form = new LinkedHashMap<>(parameters);
    client.addTo(form);
    Answer<TokenResponse> answer =
        Answer.read(
            "token endpoint",
            http.postForm(endpoint, form, client.authorization()),
            TokenResponse.class);
    if (answer instanceof Answer.Granted<TokenResponse>(TokenResponse tokens)) {
      require(tokens);
    }
    return answer;
  }

  private static void require(TokenResponse tokens) {
    String token = tokens.accessToken();
    if (token == null || token.isEmpty() || token.length() > MAX_TOKEN || !isVisible(token)) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the token endpoint answered without a usable access_token (RFC 6749 section 5.1)",
          "ask the authorization server's operator to correct it");
    }
    if (tokens.tokenType() == null || !tokens.tokenType().equalsIgnoreCase("Bearer")) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the token endpoint issued a token of type "
              + ServerText.quote(tokens.tokenType())
              + "; this client can use Bearer tokens",
          "ask the authorization server's operator to register this client for bearer tokens");
    }
  }

  /** RFC 6750 §2.1: what may stand in a header. */
  private static boolean isVisible(String token) {
    return token.chars().allMatch(c -> c > 0x20 && c < 0x7F);
  }
}

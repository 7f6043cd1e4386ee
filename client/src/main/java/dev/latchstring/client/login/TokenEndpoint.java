package dev.latchstring.client.login;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** RFC 6749 §3.2 and §5. Asks a token endpoint, and accepts only answers that can be used. */
public final class TokenEndpoint {
  private static final int MAX_TOKEN = 16 * 1024;

  private final ClientRequests requests;

  public TokenEndpoint(Http http) {
    this(new ClientRequests(http));
  }

  public TokenEndpoint(ClientRequests requests) {
    this.requests = requests;
  }

  /**
   * One request for tokens that are bound to nothing.
   *
   * @param parameters of the grant, {@code grant_type} among them
   * @throws ClientException as the other
   */
  public Answer<TokenResponse> request(
      URI endpoint, ClientAuthentication client, Map<String, String> parameters) {
    return request(endpoint, client, null, parameters);
  }

  /**
   * One request for tokens that are bound to the key.
   *
   * @param key the tokens are to be bound to (RFC 9449 §5); null for none. Tokens that are bound
   *     where none was proven, or are not where one was, are refused
   * @param parameters of the grant, {@code grant_type} among them
   * @throws ClientException as the last
   */
  public Answer<TokenResponse> request(
      URI endpoint,
      ClientAuthentication client,
      @Nullable DpopProofs key,
      Map<String, String> parameters) {
    return request(endpoint, client, key, key != null, parameters);
  }

  /**
   * One request.
   *
   * @param key is proven (RFC 9449 §5); null for none
   * @param bound whether tokens that are not bound to the key are refused; else they are taken as
   *     the server issues them, and what the server bound is the refresh token alone
   * @param parameters of the grant, {@code grant_type} among them
   * @throws ClientException {@link Problem#NETWORK}; {@link Problem#METADATA_INVALID} where the
   *     answer lacks what RFC 6749 §5.1 requires, or the token is of a type this client cannot use
   */
  public Answer<TokenResponse> request(
      URI endpoint,
      ClientAuthentication client,
      @Nullable DpopProofs key,
      boolean bound,
      Map<String, String> parameters) {
    Answer<TokenResponse> answer =
        Answer.read(
            "token endpoint",
            requests.post(endpoint, client, key, parameters),
            TokenResponse.class);
    if (answer instanceof Answer.Granted<TokenResponse>(TokenResponse tokens)) {
      boolean loose =
          key != null && !bound && AccessToken.BEARER.equalsIgnoreCase(tokens.tokenType());
      require(tokens, key == null || loose ? AccessToken.BEARER : AccessToken.DPOP);
    }
    return answer;
  }

  private static void require(TokenResponse tokens, String type) {
    String token = tokens.accessToken();
    if (token == null || token.isEmpty() || token.length() > MAX_TOKEN || !isVisible(token)) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the token endpoint answered without a usable access_token (RFC 6749 section 5.1)",
          "ask the authorization server's operator to correct it");
    }
    String session = tokens.authSession();
    if (session != null && (session.length() > Answer.MAX_SESSION || !isVisible(session))) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the token endpoint answered with an auth_session that cannot be",
          "ask the authorization server's operator to correct it");
    }
    if (tokens.tokenType() == null || !tokens.tokenType().equalsIgnoreCase(type)) {
      boolean bearer = type.equals(AccessToken.BEARER);
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the token endpoint issued a token of type "
              + ServerText.quote(tokens.tokenType())
              + (bearer
                  ? "; this login can use Bearer tokens"
                  : "; this login proved a key, and takes no token that is not bound to it"),
          bearer
              ? "ask the authorization server's operator to register this client for bearer tokens"
              : "ask the authorization server's operator to support DPoP (RFC 9449)");
    }
  }

  /** RFC 6750 §2.1: what may stand in a header. */
  private static boolean isVisible(String token) {
    return token.chars().allMatch(c -> c > 0x20 && c < 0x7F);
  }
}

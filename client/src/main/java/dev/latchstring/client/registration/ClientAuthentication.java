package dev.latchstring.client.registration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.FormParameters;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §2.3.1. How a client says who it is on a request to the authorization server.
 *
 * @param clientSecret a secret; null for a public client
 * @param method {@code none}, {@code client_secret_basic} or {@code client_secret_post}
 */
public record ClientAuthentication(String clientId, @Nullable String clientSecret, String method) {
  public static final String NONE = "none";
  public static final String BASIC = "client_secret_basic";
  public static final String POST = "client_secret_post";

  /**
   * The method of an identity: its own, else the first of Basic and POST that the server supports,
   * else Basic, which RFC 8414 §2 makes the default.
   */
  public static ClientAuthentication of(
      ClientIdentity identity, @Nullable List<String> supportedMethods) {
    String method = identity.authMethod();
    if (identity.clientSecret() == null) {
      method = NONE;
    } else if (method == null || method.equals(NONE)) {
      method =
          supportedMethods != null
                  && !supportedMethods.contains(BASIC)
                  && supportedMethods.contains(POST)
              ? POST
              : BASIC;
    }
    return new ClientAuthentication(identity.clientId(), identity.clientSecret(), method);
  }

  /** Adds what belongs in the body. */
  public void addTo(Map<String, String> form) {
    if (method.equals(BASIC)) {
      return;
    }
    form.put("client_id", clientId);
    if (method.equals(POST) && clientSecret != null) {
      form.put("client_secret", clientSecret);
    }
  }

  /** The {@code Authorization} header; null where there is none. Both parts are form-encoded. */
  public @Nullable String authorization() {
    if (!method.equals(BASIC) || clientSecret == null) {
      return null;
    }
    String pair = FormParameters.encode(clientId) + ":" + FormParameters.encode(clientSecret);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "ClientAuthentication[clientId=" + clientId + ", method=" + method + "]";
  }
}

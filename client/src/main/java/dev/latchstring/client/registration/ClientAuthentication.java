package dev.latchstring.client.registration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §2.3.1 and RFC 7523 §2.2. How a client says who it is on a request to the authorization
 * server.
 *
 * @param clientId empty where no client is named
 * @param clientSecret a secret; null for a public client and one with a key
 * @param method {@code none}, {@code client_secret_basic}, {@code client_secret_post} or {@code
 *     private_key_jwt}
 * @param assertion makes a new assertion for each request; null unless the method is {@code
 *     private_key_jwt}
 */
public record ClientAuthentication(
    String clientId,
    @Nullable String clientSecret,
    String method,
    @Nullable Supplier<String> assertion) {
  public static final String NONE = "none";
  public static final String BASIC = "client_secret_basic";
  public static final String POST = "client_secret_post";
  public static final String PRIVATE_KEY_JWT = "private_key_jwt";

  /** Without a key. */
  public ClientAuthentication(String clientId, @Nullable String clientSecret, String method) {
    this(clientId, clientSecret, method, null);
  }

  /** RFC 7523 §3.1: of a request that names no client, where the grant says enough. */
  public static ClientAuthentication nobody() {
    return new ClientAuthentication("", null, NONE);
  }

  /**
   * The method of an identity: its own, its key, else the first of Basic and POST that the server
   * supports, else Basic, which RFC 8414 §2 makes the default.
   *
   * @param identity of one authorization server, whose issuer is known
   */
  public static ClientAuthentication of(
      ClientIdentity identity, @Nullable List<String> supportedMethods) {
    return of(identity, supportedMethods, null);
  }

  /**
   * The same, with an assertion that is signed by an algorithm that the server lists.
   *
   * @param identity of one authorization server, whose issuer is known
   */
  public static ClientAuthentication to(
      AuthorizationServerMetadata server, ClientIdentity identity) {
    return of(
        identity,
        server.tokenEndpointAuthMethodsSupported(),
        server.tokenEndpointAuthSigningAlgValuesSupported());
  }

  private static ClientAuthentication of(
      ClientIdentity identity,
      @Nullable List<String> supportedMethods,
      @Nullable List<String> algorithms) {
    ClientKey key = identity.key();
    if (key != null) {
      String issuer = identity.issuer();
      if (issuer == null) {
        throw new IllegalArgumentException("an assertion is for one issuer");
      }
      return new ClientAuthentication(
          identity.clientId(),
          null,
          PRIVATE_KEY_JWT,
          () -> key.assertion(identity.clientId(), issuer, algorithms));
    }
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

  /** Adds what belongs in the body. An assertion is good for one request. */
  public void addTo(Map<String, String> form) {
    if (method.equals(BASIC)) {
      return;
    }
    if (!clientId.isEmpty()) {
      form.put("client_id", clientId);
    }
    if (method.equals(POST) && clientSecret != null) {
      form.put("client_secret", clientSecret);
    }
    if (assertion != null) {
      form.put("client_assertion_type", ClientKey.ASSERTION_TYPE);
      form.put("client_assertion", assertion.get());
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

package dev.latchstring.authorizationserver.token.grant;

import java.util.List;

/** The values of {@code grant_type} that this server knows. */
public final class GrantTypes {
  /** RFC 6749 §4.1.3. */
  public static final String AUTHORIZATION_CODE = "authorization_code";

  /** RFC 6749 §4.4. */
  public static final String CLIENT_CREDENTIALS = "client_credentials";

  /** RFC 6749 §6. */
  public static final String REFRESH_TOKEN = "refresh_token";

  /** RFC 8628 §3.4. */
  public static final String DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

  /** RFC 7523 §2.1. */
  public static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

  /** RFC 8693 §2.1. */
  public static final String TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

  /** All of them, as metadata lists them. */
  public static final List<String> SUPPORTED =
      List.of(
          AUTHORIZATION_CODE,
          DEVICE_CODE,
          CLIENT_CREDENTIALS,
          REFRESH_TOKEN,
          JWT_BEARER,
          TOKEN_EXCHANGE);

  private GrantTypes() {}
}

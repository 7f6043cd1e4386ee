package dev.latchstring.benchmarks.endpoints;

/** What is measured: a line of the table. */
enum Row {
  METADATA("metadata"),
  JWKS("jwks"),
  CLIENT_CREDENTIALS("token, `client_credentials`"),
  INTROSPECTION_CACHED("introspection, the same token"),
  INTROSPECTION_COLD("introspection, each token once"),
  USERINFO("userinfo"),
  PUSHED_REQUEST("pushed authorization request"),
  AUTHORIZATION_CODE("token, `authorization_code`"),
  REFRESH_TOKEN("token, `refresh_token`, rotating"),
  DEVICE_AUTHORIZATION("device authorization"),
  DEVICE_POLL("device poll, pending"),
  DEVICE_CODE("token, `device_code`, approved"),
  TOKEN_EXCHANGE("token, token exchange"),
  JWT_BEARER("token, `jwt-bearer`");

  private final String title;

  Row(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}

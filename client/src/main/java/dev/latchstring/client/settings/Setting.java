package dev.latchstring.client.settings;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that can be pinned, by the name it has in {@code servers.yaml} and behind {@code
 * --pin}. Names are those of RFC 8414, RFC 9728 and RFC 7591 where these have one.
 */
public enum Setting {
  PRESET("preset", Kind.PRESET, false, "a preset, which stands below everything else"),
  ISSUER("issuer", Kind.URL, true, "the authorization server, as it spells itself"),
  RESOURCE_METADATA_URL(
      "resource_metadata_url",
      Kind.URL_OR_NONE,
      true,
      "where the server's metadata is (RFC 9728); none: it has none"),
  METADATA_URL(
      "metadata_url",
      Kind.URL_OR_NONE,
      false,
      "where the authorization server's metadata is (RFC 8414); none: it has none"),
  RESOURCE(
      "resource",
      Kind.RESOURCE,
      false,
      "the resource parameter (RFC 8707), where it is not the server's address; none: send none"),
  AUDIENCE("audience", Kind.TEXT, false, "an audience parameter, apart from resource"),
  AUTHORIZATION_ENDPOINT("authorization_endpoint", Kind.ENDPOINT, false, "where a browser is sent"),
  TOKEN_ENDPOINT("token_endpoint", Kind.ENDPOINT, false, "where tokens are issued"),
  DEVICE_AUTHORIZATION_ENDPOINT(
      "device_authorization_endpoint", Kind.ENDPOINT, false, "where a device login begins"),
  AUTHORIZATION_CHALLENGE_ENDPOINT(
      "authorization_challenge_endpoint", Kind.ENDPOINT, false, "where a login by challenge is"),
  PUSHED_AUTHORIZATION_REQUEST_ENDPOINT(
      "pushed_authorization_request_endpoint", Kind.ENDPOINT, false, "RFC 9126"),
  REGISTRATION_ENDPOINT(
      "registration_endpoint", Kind.ENDPOINT, false, "where clients register (RFC 7591)"),
  REVOCATION_ENDPOINT("revocation_endpoint", Kind.ENDPOINT, false, "RFC 7009"),
  INTROSPECTION_ENDPOINT("introspection_endpoint", Kind.ENDPOINT, false, "RFC 7662"),
  JWKS_URI("jwks_uri", Kind.ENDPOINT, false, "the authorization server's keys"),
  CODE_CHALLENGE_METHODS(
      "code_challenge_methods_supported",
      Kind.S256,
      false,
      "S256, where the server supports PKCE and does not say so"),
  SCOPE("scope", Kind.TEXT, false, "what to ask for, separated by spaces"),
  FLOW("flow", Kind.WORD, false, "how to log in, as latch login --flow"),
  REDIRECT_URI(
      "redirect_uri",
      Kind.URL,
      false,
      "where a browser comes back to on this machine, as the client was registered"),
  CLIENT_ID("client_id", Kind.TEXT, false, "a client that was registered by hand"),
  CLIENT_SECRET_FILE("client_secret_file", Kind.PATH, false, "a file with its secret alone"),
  CLIENT_SECRET_ENV(
      "client_secret_env", Kind.VARIABLE, false, "the environment variable with its secret"),
  CLIENT_KEY_FILE(
      "client_key_file", Kind.PATH, false, "a file with its private key: one JWK, or PEM"),
  AUTH_METHOD(
      "token_endpoint_auth_method",
      Kind.AUTH_METHOD,
      false,
      "none, client_secret_basic, client_secret_post or private_key_jwt"),
  CLIENT_METADATA_URL(
      "client_metadata_url",
      Kind.DOCUMENT,
      false,
      "a Client ID Metadata Document that stands for this client"),
  TOKEN_ENV("token_env", Kind.VARIABLE, true, "the environment variable with a token to use"),
  ASSERTION_FILE(
      "assertion_file", Kind.PATH, false, "a file with a platform's token for this workload"),
  ASSERTION_ENV("assertion_env", Kind.VARIABLE, false, "the environment variable with it"),
  ASSERTION_COMMAND(
      "assertion_command", Kind.TEXT, false, "a program that writes it, started without a shell"),
  ASSERTION_KEY_FILE(
      "assertion_key_file", Kind.PATH, false, "a file with a private key that signs assertions"),
  ASSERTION_ISSUER("assertion_issuer", Kind.TEXT, false, "of whom those assertions are"),
  ASSERTION_SUBJECT("assertion_subject", Kind.TEXT, false, "about whom those assertions are"),
  SUBJECT_TOKEN_FILE(
      "subject_token_file", Kind.PATH, false, "a file with a token that is to be exchanged"),
  SUBJECT_TOKEN_ENV("subject_token_env", Kind.VARIABLE, false, "the environment variable with it"),
  SUBJECT_TOKEN_COMMAND(
      "subject_token_command", Kind.TEXT, false, "a program that writes it, without a shell"),
  SUBJECT_TOKEN_TYPE("subject_token_type", Kind.TEXT, false, "what it is (RFC 8693 section 3)"),
  ACTOR_TOKEN_FILE(
      "actor_token_file", Kind.PATH, false, "a file with the token of who acts for the subject"),
  ACTOR_TOKEN_ENV("actor_token_env", Kind.VARIABLE, false, "the environment variable with it"),
  ACTOR_TOKEN_COMMAND(
      "actor_token_command", Kind.TEXT, false, "a program that writes it, without a shell"),
  ACTOR_TOKEN_TYPE("actor_token_type", Kind.TEXT, false, "what it is (RFC 8693 section 3)"),
  IDP_ISSUER("idp_issuer", Kind.URL, false, "the organisation's identity provider"),
  IDP_CLIENT_ID("idp_client_id", Kind.TEXT, false, "what this program is called there"),
  IDP_CLIENT_SECRET_FILE(
      "idp_client_secret_file", Kind.PATH, false, "a file with its secret there"),
  IDP_CLIENT_SECRET_ENV(
      "idp_client_secret_env", Kind.VARIABLE, false, "the environment variable with it"),
  IDP_CLIENT_KEY_FILE("idp_client_key_file", Kind.PATH, false, "a file with its private key there");

  /** What a value may be. */
  enum Kind {
    PRESET,
    URL,
    URL_OR_NONE,
    RESOURCE,
    ENDPOINT,
    DOCUMENT,
    TEXT,
    WORD,
    PATH,
    VARIABLE,
    AUTH_METHOD,
    S256
  }

  /** The value that says that there is none. */
  public static final String NONE = "none";

  private final String key;
  private final Kind kind;
  private final boolean ofServerAlone;
  private final String description;

  Setting(String key, Kind kind, boolean ofServerAlone, String description) {
    this.key = key;
    this.kind = kind;
    this.ofServerAlone = ofServerAlone;
    this.description = description;
  }

  /** The name in the file and behind {@code --pin}. */
  public String key() {
    return key;
  }

  /** In a few words, for help. */
  public String description() {
    return description;
  }

  /** Whether it can be pinned for an MCP server only, not for an issuer. */
  public boolean isOfServerAlone() {
    return ofServerAlone;
  }

  /** Whether {@link #NONE} can be pinned. */
  boolean mayBeNone() {
    return kind == Kind.URL_OR_NONE || kind == Kind.RESOURCE;
  }

  /** Whether it stands in for a member of the authorization server's metadata. */
  public boolean isMetadata() {
    return kind == Kind.ENDPOINT || kind == Kind.S256;
  }

  /** Whether it is the address of an endpoint, or of the keys. */
  public boolean isEndpoint() {
    return kind == Kind.ENDPOINT;
  }

  Kind kind() {
    return kind;
  }

  /** The setting of a name. */
  public static Optional<Setting> of(String key) {
    return Stream.of(values()).filter(setting -> setting.key.equals(key)).findFirst();
  }
}

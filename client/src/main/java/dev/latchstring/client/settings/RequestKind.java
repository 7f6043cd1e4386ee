package dev.latchstring.client.settings;

/** Which requests an extra parameter goes with. */
public enum RequestKind {
  /** RFC 6749 §4.1.1, pushed ones (RFC 9126) and challenges included. */
  AUTHORIZATION(
      "authorization_parameters", "an extra parameter of the request that a browser is sent with"),
  /** RFC 6749 §3.2: every grant, refreshing included. */
  TOKEN("token_parameters", "an extra parameter of every request to the token endpoint"),
  /** RFC 8628 §3.1. */
  DEVICE("device_parameters", "an extra parameter of the request that a device login begins with");

  private final String key;
  private final String description;

  RequestKind(String key, String description) {
    this.key = key;
    this.description = description;
  }

  /** In a few words, for help. */
  public String description() {
    return description;
  }

  /** The name of the group of settings. */
  public String key() {
    return key;
  }
}

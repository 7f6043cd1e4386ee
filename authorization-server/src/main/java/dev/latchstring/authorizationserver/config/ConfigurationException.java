package dev.latchstring.authorizationserver.config;

/** A configuration that cannot be used. The message says where, what is wrong and what to write. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ConfigurationException(String message) {
    super(message);
  }
}

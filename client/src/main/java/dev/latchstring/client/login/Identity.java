package dev.latchstring.client.login;

import org.jspecify.annotations.Nullable;

/**
 * Who approved a login. The texts come from the authorization server: they have no control
 * characters and a name is cut at {@value #MAX_LENGTH}, but they are otherwise its claim.
 *
 * @param issuer the authorization server that says so
 * @param subject {@code sub}; null where the server does not tell, and then nothing can be pinned
 * @param name what a person recognises: a username or mail address; null where there is none
 */
public record Identity(String issuer, @Nullable String subject, @Nullable String name) {
  /** The most characters kept of a name. */
  public static final int MAX_LENGTH = 200;

  /** The name, else the subject, else words saying that the server does not tell. */
  public String display() {
    if (name != null) {
      return name;
    }
    return subject != null ? subject : "an account the server does not name";
  }
}

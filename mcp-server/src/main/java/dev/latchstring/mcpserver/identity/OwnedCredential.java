package dev.latchstring.mcpserver.identity;

import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;

/**
 * Something that is kept for one person, such as a login at the service behind a tool: used for its
 * own (issuer, subject), and refused to everybody else.
 *
 * @param <T> what is kept
 */
public final class OwnedCredential<T> {
  private final String issuer;
  private final String subject;
  private final T value;

  /**
   * @param issuer who vouches for the subject
   * @param subject whose it is, as that issuer calls them
   */
  public OwnedCredential(String issuer, String subject, T value) {
    this.issuer = issuer;
    this.subject = subject;
    this.value = value;
  }

  /** What is kept for the very person who calls now. */
  public static <T> OwnedCredential<T> of(Caller owner, T value) {
    return new OwnedCredential<>(owner.issuer(), owner.subject(), value);
  }

  public boolean belongsTo(Caller caller) {
    return issuer.equals(caller.issuer()) && subject.equals(caller.subject());
  }

  /**
   * It, for its owner.
   *
   * @throws OAuthException {@code access_denied} for anybody else
   */
  public T require(Caller caller) {
    if (!belongsTo(caller)) {
      throw new OAuthException(
          ErrorCode.ACCESS_DENIED, "what is stored here belongs to somebody else than who calls");
    }
    return value;
  }

  /** Without what is kept. */
  @Override
  public String toString() {
    return "OwnedCredential[issuer=" + issuer + ", subject=" + subject + "]";
  }
}

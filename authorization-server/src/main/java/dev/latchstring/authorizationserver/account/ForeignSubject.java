package dev.latchstring.authorizationserver.account;

/**
 * RFC 7519 §4.1.2. The {@code sub} of somebody who has no account here: a workload, or a person of
 * a trusted issuer.
 *
 * <p>It is the issuer, {@code #}, and what the issuer calls them. An account's subject has no
 * {@code #}, so neither can pass for the other.
 */
public final class ForeignSubject {
  private ForeignSubject() {}

  /**
   * @param issuer without {@code #}
   */
  public static String of(String issuer, String subject) {
    return issuer + "#" + subject;
  }

  /** Whether there is no account to look up. */
  public static boolean is(String subject) {
    return subject.indexOf('#') >= 0;
  }
}

package dev.latchstring.authorizationserver.document;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.util.List;
import java.util.Locale;

/**
 * draft-ietf-oauth-client-id-metadata-document §8. Whose documents the operator accepts, by host.
 *
 * <p>A host is written as {@code app.example.com}, which is that host alone, or as {@code
 * *.example.com}, which is every host below that domain and not the domain itself. Ports do not
 * count, nor does case.
 *
 * @param enabled whether any is accepted
 * @param allowedHosts empty for every host
 * @param blockedHosts wins over the allowed
 */
public record DocumentPolicy(
    boolean enabled, List<String> allowedHosts, List<String> blockedHosts) {
  /** Everybody's. */
  public static final DocumentPolicy DEFAULT = new DocumentPolicy(true, List.of(), List.of());

  public DocumentPolicy {
    allowedHosts = allowedHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    blockedHosts = blockedHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * @throws OAuthException {@code invalid_client} where the operator does not accept it
   */
  void require(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (matches(blockedHosts, name) || (!allowedHosts.isEmpty() && !matches(allowedHosts, name))) {
      throw new OAuthException(
          ErrorCode.INVALID_CLIENT, "this server does not accept clients of that host");
    }
  }

  private static boolean matches(List<String> patterns, String host) {
    return patterns.stream()
        .anyMatch(pattern ->
            pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : host.equals(pattern));
  }
}

package dev.latchstring.authorizationserver.document;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.fetch.HostNames;
import java.util.List;

/**
 * draft-ietf-oauth-client-id-metadata-document §8. Whose documents the operator accepts, by host
 * ({@link HostNames}); ports do not count.
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
    allowedHosts = List.copyOf(allowedHosts);
    blockedHosts = List.copyOf(blockedHosts);
  }

  /**
   * @throws OAuthException {@code invalid_client} where the operator does not accept it
   */
  void require(String host) {
    boolean allowed = allowedHosts.isEmpty() || new HostNames(allowedHosts).contains(host);
    if (!allowed || new HostNames(blockedHosts).contains(host)) {
      throw new OAuthException(
          ErrorCode.INVALID_CLIENT, "this server does not accept clients of that host");
    }
  }
}

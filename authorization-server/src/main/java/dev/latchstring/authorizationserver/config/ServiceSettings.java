package dev.latchstring.authorizationserver.config;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service of the operator's.
 *
 * @param token a bearer token to send; null for none
 * @param signingKey what requests are signed with; null for none
 * @param authorities who is believed beside those that the JDK believes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ServiceSettings(
    URI url,
    @Nullable String token,
    byte @Nullable [] signingKey,
    List<X509Certificate> authorities) {
  public ServiceSettings {
    authorities = List.copyOf(authorities);
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return "ServiceSettings[" + url + "]";
  }
}

package dev.latchstring.authorizationserver.credential;

import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * WebAuthn §4, §5.1.2. Whom passkeys are for: the issuer's host, at the issuer's origin and at
 * those of its native apps.
 *
 * @param id the relying party identifier
 * @param origins where a passkey may be used
 */
public record RelyingParty(String id, Set<String> origins) {
  /** RFC 9053 §2: which signatures are taken, the most wanted first: ES256, EdDSA, RS256. */
  static final List<Long> ALGORITHMS = List.of(-7L, -8L, -257L);

  public RelyingParty {
    origins = Set.copyOf(origins);
  }

  /**
   * @param appOrigins the origins of native apps, beside the issuer's own
   */
  public static RelyingParty of(URI issuer, List<String> appOrigins) {
    Set<String> origins = new LinkedHashSet<>(appOrigins);
    origins.add(HttpsUri.origin(issuer));
    return new RelyingParty(String.valueOf(issuer.getHost()), origins);
  }

  /** Whether there can be passkeys at all: a host that is a number has none (WebAuthn §5.1.3). */
  boolean hasName() {
    return !id.matches("[0-9.]+") && id.indexOf(':') < 0 && !id.startsWith("[");
  }
}

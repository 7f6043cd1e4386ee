package dev.latchstring.client.call;

import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.dpop.DpopVerifier;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9449 §8.2 and §9. The latest nonce of each origin; at most {@value #MAX_ORIGINS} of them are
 * remembered, and none longer than {@value #MAX_LENGTH} characters.
 */
final class Nonces {
  static final int MAX_LENGTH = 512;
  static final int MAX_ORIGINS = 64;

  private final Map<String, String> latest =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
              return size() > MAX_ORIGINS;
            }
          });

  @Nullable String of(URI target) {
    return latest.get(HttpsUri.origin(target));
  }

  /** Takes the nonce of any response: one with a success is for the next request. */
  void note(URI target, HttpHeaders headers) {
    String nonce = given(headers);
    if (nonce != null) {
      latest.put(HttpsUri.origin(target), nonce);
    }
  }

  /** The nonce that a response gives; null where there is none that can be sent back. */
  static @Nullable String given(HttpHeaders headers) {
    return headers
        .firstValue(DpopVerifier.NONCE_HEADER)
        .filter(nonce ->
            !nonce.isEmpty()
                && nonce.length() <= MAX_LENGTH
                && nonce.chars().allMatch(c -> c > 0x20 && c < 0x7F))
        .orElse(null);
  }
}

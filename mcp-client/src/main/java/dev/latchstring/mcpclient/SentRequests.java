package dev.latchstring.mcpclient;

import dev.latchstring.client.call.Sent;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what went with a request of which the SDK reports a refusal: it hands over the headers that
 * were sent. Two requests with one bearer token have the same; then the later one's operation is
 * taken for both, which matters to nothing but how often a login for more is tried.
 *
 * <p>The latest {@value #MAX} are known. Holds tokens.
 */
final class SentRequests {
  static final int MAX = 1024;

  private final Map<Key, Sent> sent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Sent> eldest) {
          return size() > MAX;
        }
      };

  private record Key(String method, URI target, @Nullable String token, @Nullable String proof) {
    /** Without the token. */
    @Override
    public String toString() {
      return "Key[" + method + " " + target + "]";
    }
  }

  /** Remembers it, with the headers that go with it. */
  synchronized void add(Sent request, Map<String, String> headers) {
    Key key =
        new Key(
            request.method(), request.target(), headers.get("Authorization"), headers.get("DPoP"));
    sent.remove(key);
    sent.put(key, request);
  }

  /** Null where it is not known, so that nothing can be said about it. */
  synchronized @Nullable Sent find(String method, URI target, HttpHeaders headers) {
    return sent.get(
        new Key(
            method,
            target,
            headers.firstValue("Authorization").orElse(null),
            headers.firstValue("DPoP").orElse(null)));
  }
}

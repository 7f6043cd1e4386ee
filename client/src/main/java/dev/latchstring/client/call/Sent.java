package dev.latchstring.client.call;

import dev.latchstring.client.AccessToken;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One sending of one request: what went with it, so that its answer can be judged.
 *
 * @param operation what the request does, such as {@code tools/call read_record}; a login for more
 *     is tried once for each
 * @param token null where the account has none
 * @param nonce of the proof (RFC 9449 §9); null for none
 */
public record Sent(
    String method,
    URI target,
    String operation,
    @Nullable AccessToken token,
    @Nullable String nonce) {

  /** The headers to send: {@code Authorization}, and {@code DPoP} with a proof made now. */
  public Map<String, String> headers() {
    return token == null ? Map.of() : token.headers(method, target, nonce);
  }
}

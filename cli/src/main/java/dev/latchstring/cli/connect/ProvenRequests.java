package dev.latchstring.cli.connect;

import dev.latchstring.client.AccessToken;
import dev.latchstring.oauth.Challenge;
import java.net.http.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9449 §7 and §9. Puts the token on a request, and a new proof beside one that is bound to a
 * key; remembers the nonce that the server gave last.
 */
final class ProvenRequests {
  private static final int MAX_NONCE = 512;

  private volatile @Nullable String nonce;

  void authorize(HttpRequest.Builder request, @Nullable AccessToken token) {
    if (token == null) {
      return;
    }
    if (token.isBound()) {
      HttpRequest bare = request.build();
      token.headers(bare.method(), bare.uri(), nonce).forEach(request::header);
    } else {
      request.header("Authorization", token.authorization());
    }
  }

  /**
   * Whether the reply refused the request for want of a nonce alone, which is known from now on.
   */
  boolean wantsNonce(UpstreamHttp.Reply reply, @Nullable AccessToken token) {
    String given = reply.header("DPoP-Nonce");
    if (given == null
        || given.isEmpty()
        || given.length() > MAX_NONCE
        || given.equals(nonce)
        || !given.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      return false;
    }
    nonce = given;
    return token != null
        && token.isBound()
        && reply.status() == 401
        && asks(reply.response().headers().allValues("WWW-Authenticate"));
  }

  private static boolean asks(List<String> headers) {
    return Challenge.parse(headers).stream().anyMatch(c -> "use_dpop_nonce".equals(c.error()));
  }
}

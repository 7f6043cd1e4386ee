package dev.latchstring.authorizationserver.challenge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Objects;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A request of a client that may make it.
 *
 * @param keyThumbprint RFC 9449: the key it proves to hold, or null
 * @param authSession {@code auth_session}, or null
 * @param address the network address it comes from
 */
record ChallengeRequest(
    RegisteredClient client,
    FormParameters form,
    @Nullable String keyThumbprint,
    @Nullable String authSession,
    String address) {

  /** The name of the session it continues. */
  String session() {
    return Objects.requireNonNull(authSession);
  }

  /**
   * Whether the session is this client's, and this key's. One description for whatever is wrong: to
   * whoever stole it, nothing is told.
   *
   * @throws OAuthException {@code invalid_session}
   */
  void requireOwn(AuthSessionStore.Held held) {
    String bound = held.keyThumbprint();
    if (!held.clientId().equals(client.clientId())
        || (bound != null && !bound.equals(keyThumbprint))) {
      throw noSession();
    }
  }

  static OAuthException noSession() {
    return new OAuthException(
        ErrorCode.INVALID_SESSION,
        "the auth_session is unknown, expired, used up, or of another client or DPoP key; begin"
            + " without it");
  }

  /** What is asked for, so that the same is recognised when it is asked for again. */
  String wish() {
    StringBuilder wish = new StringBuilder("begin");
    for (String name : new TreeSet<>(form.names())) {
      if (!name.startsWith("client_")) {
        wish.append('\n').append(name).append('=').append(String.join("\n ", form.all(name)));
      }
    }
    return wish.toString();
  }

  /** What tells a request that is sent again from another. */
  byte[] mac(String what) {
    return mac(session(), "request\n" + what);
  }

  /** HMAC-SHA256 under the name of a session, which is not kept. */
  static byte[] mac(String session, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(session.getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** {@link Asking#hmac} in a session. */
  static String hmac(String session, String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(session, "step\n" + text));
  }

  /** The client alone. */
  @Override
  public String toString() {
    return "ChallengeRequest[clientId=" + client.clientId() + "]";
  }
}

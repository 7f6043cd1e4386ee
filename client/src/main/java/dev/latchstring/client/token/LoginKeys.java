package dev.latchstring.client.token;

import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that stored logins are bound to, read once each. */
public final class LoginKeys {
  private static final int KEPT = 64;

  private final InstantSource clock;
  private final SecureRandom random;
  private final Map<String, DpopProofs> read =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, DpopProofs> eldest) {
              return size() > KEPT;
            }
          });

  public LoginKeys(InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * The login's key; null where its tokens are bound to nothing.
   *
   * @throws ClientException {@link Problem#STORE_DAMAGED} where what is stored is no key
   */
  public @Nullable DpopProofs of(StoredLogin login) {
    String key = login.dpopKey();
    return key == null ? null : read.computeIfAbsent(key, json -> parse(login, json));
  }

  private DpopProofs parse(StoredLogin login, String json) {
    try {
      return new DpopProofs(JWK.parse(json), clock, random);
    } catch (ParseException | IllegalArgumentException e) {
      throw new ClientException(
          Problem.STORE_DAMAGED,
          "the key of the stored login to " + login.server() + " cannot be used",
          "log out and log in again");
    }
  }
}

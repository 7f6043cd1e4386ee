package dev.latchstring.oauth.jwt;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/** RFC 7800 §3.1 and RFC 9449 §6.1. The member {@code cnf}: what a token's sender has to prove. */
public final class Confirmation {
  /**
   * The other ways of binding a token (RFC 7800 §3, RFC 8705 §3.1): none of them is proven by a
   * DPoP proof.
   */
  private static final Set<String> OTHERS = Set.of("jwk", "jwe", "kid", "jku", "x5t#S256");

  private Confirmation() {}

  /**
   * The thumbprint of the key that the sender has to prove. Members that name no way of binding are
   * passed over, as RFC 7800 has it: Keycloak adds {@code kc-jkt-type}.
   *
   * @param members those of {@code cnf}
   * @throws OAuthException {@code invalid_token} where it binds in another way, or in none
   */
  public static String keyThumbprint(Map<String, ?> members) {
    if (members.get("jkt") instanceof String thumbprint
        && !thumbprint.isEmpty()
        && Collections.disjoint(members.keySet(), OTHERS)) {
      return thumbprint;
    }
    throw new OAuthException(
        ErrorCode.INVALID_TOKEN, "the token's cnf binds it in another way than by jkt, or in none");
  }
}

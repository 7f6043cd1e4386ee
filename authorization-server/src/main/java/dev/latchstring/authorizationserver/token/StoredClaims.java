package dev.latchstring.authorizationserver.token;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;

/** An access token's claims as JSON, read back. */
final class StoredClaims {
  private StoredClaims() {}

  static String write(AccessTokenClaims claims) {
    return new String(ClaimsJson.write(claims), StandardCharsets.UTF_8);
  }

  static AccessTokenClaims read(String json) {
    try {
      return AccessTokenClaims.of(JWTClaimsSet.parse(json));
    } catch (ParseException e) {
      throw new IllegalStateException("the stored claims of an opaque token are not readable", e);
    }
  }
}

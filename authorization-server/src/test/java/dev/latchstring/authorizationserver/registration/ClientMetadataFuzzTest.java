package dev.latchstring.authorizationserver.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.ClientMetadata;

class ClientMetadataFuzzTest {
  @FuzzTest
  void what_a_client_says_of_itself_is_kept_or_refused(byte[] json) {
    ClientMetadata metadata;
    try {
      metadata = Json.read(json, ClientMetadata.class);
      ClientMetadataRules.check(metadata);
    } catch (JsonException e) {
      return;
    } catch (OAuthException e) {
      assertThat(e.code()).isIn(ErrorCode.INVALID_CLIENT_METADATA, ErrorCode.INVALID_REDIRECT_URI);
      return;
    }
    ClientMetadata kept = Json.read(Json.bytes(metadata), ClientMetadata.class);
    assertThat(kept).isEqualTo(metadata);
    ClientMetadataRules.check(kept);
    if (metadata.jwks() != null) {
      assertThat(ClientMetadataRules.publicKeys(metadata.jwks()).getKeys())
          .isNotEmpty()
          .noneMatch(com.nimbusds.jose.jwk.JWK::isPrivate);
    }
  }
}

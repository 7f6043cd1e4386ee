package dev.latchstring.e2e.conformance;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A client with what a scenario provides, as its program's configuration would. */
final class Provided {
  /** The suite's fixed address of a client's metadata, which its servers do not fetch. */
  private static final String METADATA = "https://conformance-test.local/client-metadata.json";

  private Provided() {}

  static LatchClient by(JsonNode context) throws JOSEException {
    LatchClient.Builder client =
        LatchClient.using(new MemoryTokenStore())
            .clientName("Latchstring conformance")
            .settings(
                Settings.of(
                    ServerSettings.of(
                        List.of(Pin.of("client_metadata_url", METADATA, "the suite")))));
    String clientId = context.path("client_id").asString("");
    if (context.has("client_secret")) {
      client.clientIdentity(
          ClientIdentity.confidential(clientId, context.path("client_secret").asString()));
    }
    if (context.has("private_key_pem")) {
      JWK key = JWK.parseFromPEMEncodedObjects(context.path("private_key_pem").asString());
      client.clientIdentity(
          ClientIdentity.withKey(
              clientId,
              new ClientKey(
                  new ECKey.Builder(key.toECKey()).keyIDFromThumbprint().build(),
                  Clock.systemUTC(),
                  new SecureRandom())));
    }
    return client.build();
  }
}

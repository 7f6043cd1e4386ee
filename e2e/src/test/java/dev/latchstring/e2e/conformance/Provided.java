package dev.latchstring.e2e.conformance;

import dev.latchstring.client.LatchClient;
import dev.latchstring.client.machine.GivenOrigin;
import dev.latchstring.client.machine.IdJag;
import dev.latchstring.client.machine.IdentityProvider;
import dev.latchstring.client.machine.MachineConfiguration;
import dev.latchstring.client.machine.TokenExchange.Presented;
import dev.latchstring.client.machine.WorkloadIdentity;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.TokenType;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A client with what a scenario provides, as its program's configuration would. */
final class Provided {
  /** The suite's fixed address of a client's metadata, which its servers do not fetch. */
  private static final String METADATA = "https://conformance-test.local/client-metadata.json";

  private static final String ORIGIN = "the suite";

  private final JsonNode context;

  private Provided(JsonNode context) {
    this.context = context;
  }

  static LatchClient by(JsonNode context) {
    return new Provided(context).client();
  }

  private LatchClient client() {
    List<Pin> pins = new ArrayList<>();
    pins.add(Pin.of("client_metadata_url", METADATA, ORIGIN));
    LatchClient.Builder client =
        LatchClient.using(new MemoryTokenStore()).clientName("Latchstring conformance");
    if (has("private_key_pem")) {
      client.clientIdentity(
          ClientIdentity.withKey(
              text("client_id"),
              ClientKey.parse(
                  ORIGIN, text("private_key_pem"), null, Clock.systemUTC(), new SecureRandom())));
    } else if (has("client_secret")) {
      client.clientIdentity(ClientIdentity.confidential(text("client_id"), text("client_secret")));
    } else if (has("client_id")) {
      client.clientIdentity(ClientIdentity.publicClient(text("client_id")));
    }
    if (has("idp_id_token")) {
      client.machine(MachineConfiguration.of(enterprise()));
    } else if (has("valid_jwt")) {
      client.machine(
          MachineConfiguration.of(
              new WorkloadIdentity(new GivenOrigin(ORIGIN, text("valid_jwt")))));
    } else if (!text("name").contains("client-credentials")) {
      // A client with a secret may act for itself; these have a person.
      pins.add(Pin.of("flow", "code", ORIGIN));
    }
    return client.settings(Settings.of(ServerSettings.of(pins))).build();
  }

  /** What the person's login at their organisation left: an id token. */
  private IdJag enterprise() {
    return new IdJag(
        new IdentityProvider(
            text("idp_issuer"), ClientIdentity.publicClient(text("idp_client_id"))),
        new Presented(new GivenOrigin(ORIGIN, text("idp_id_token")), TokenType.ID_TOKEN));
  }

  private boolean has(String member) {
    return context.has(member);
  }

  private String text(String member) {
    return context.path(member).asString("");
  }
}

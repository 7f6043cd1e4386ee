package dev.latchstring.client.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.discovery.McpDiscovery;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ClientRegistrationTest {
  private static final URI BROWSER = URI.create("http://127.0.0.1:40123/callback");
  private static final String DOCUMENT = "https://me.example/latch.json";

  @TempDir Path directory;

  private final Protected clinic = new Protected();
  private final Http http = new Http(Duration.ofSeconds(5));
  private final MemoryTokenStore store = new MemoryTokenStore();

  @AfterEach
  void close() {
    http.close();
    clinic.close();
  }

  private Registration registration(ClientIdentity general) {
    return new Registration(
        () -> "Test client",
        new ConfiguredClients(
            general,
            Map.of("CLINIC_SECRET", "from-the-environment"),
            Clock.systemUTC(),
            new SecureRandom()),
        store,
        http,
        Clock.systemUTC());
  }

  private Discovered at(String... pins) {
    return (Discovered)
        new McpDiscovery(http, Settings.of(ServerSettings.ofOptions(List.of(pins), null)))
            .discover(clinic.server.uri("/mcp"));
  }

  private JsonNode registered() {
    return Json.readTree(clinic.server.to("/register").getLast().body());
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::stringValue).toList();
  }

  private static ClientException failure(Runnable action) {
    ClientException e = catchThrowableOfType(ClientException.class, action::run);
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void a_client_registered_by_hand_comes_before_a_document_and_that_before_registering() {
    clinic.metadata.put("client_id_metadata_document_supported", true);
    Registration registration = registration(null);

    assertThat(
            registration.obtain(at("client_id=mine", "client_metadata_url=" + DOCUMENT)).clientId())
        .isEqualTo("mine");
    assertThat(registration.obtain(at("client_metadata_url=" + DOCUMENT)).clientId())
        .isEqualTo(DOCUMENT);
    assertThat(registration.clientName(at("client_metadata_url=" + DOCUMENT))).isEqualTo(DOCUMENT);
    assertThat(registration.clientName(at())).isNotEqualTo(DOCUMENT);
    assertThat(clinic.registrations).hasValue(0);
    assertThat(registration.obtain(at()).clientId()).isEqualTo("client-1");

    clinic.metadata.put("client_id_metadata_document_supported", false);
    assertThat(registration.obtain(at("client_metadata_url=" + DOCUMENT)).clientId())
        .isEqualTo("client-1");
  }

  @Test
  void a_pinned_client_comes_before_the_one_for_all() {
    Registration registration = registration(ClientIdentity.publicClient("general"));

    assertThat(registration.obtain(at()).clientId()).isEqualTo("general");
    assertThat(registration.obtain(at("client_id=mine")).clientId()).isEqualTo("mine");
  }

  @Test
  void a_pinned_secret_is_read_from_its_file_or_its_variable() throws Exception {
    Path file = Files.writeString(directory.resolve("secret"), "from-the-file\n");
    Registration registration = registration(null);

    assertThat(
            registration.obtain(at("client_id=mine", "client_secret_file=" + file)).clientSecret())
        .isEqualTo("from-the-file");
    assertThat(
            registration
                .obtain(at("client_id=mine", "client_secret_env=CLINIC_SECRET"))
                .clientSecret())
        .isEqualTo("from-the-environment");
    for (String[] wrong :
        new String[][] {
          {"client_id=mine", "client_secret_env=NO_SUCH_VARIABLE"},
          {"client_id=mine", "client_secret_file=" + directory.resolve("none")},
          {"client_id=mine", "client_secret_file=" + directory},
          {"client_id=mine", "client_secret_file=" + file, "client_secret_env=CLINIC_SECRET"},
          {"client_secret_env=CLINIC_SECRET"},
        }) {
      ClientException e = failure(() -> registration.obtain(at(wrong)));
      assertThat(e.problem()).as(String.join(" ", wrong)).isEqualTo(Problem.BAD_SETTINGS);
      assertThat(e).hasMessageNotContaining("from-the");
    }
  }

  @Test
  void a_document_may_have_a_key_which_is_proved() throws Exception {
    clinic.metadata.put("client_id_metadata_document_supported", true);
    Path key =
        Files.writeString(
            directory.resolve("key.json"), DpopProofs.newKey(new SecureRandom()).toJSONString());

    ClientIdentity identity =
        registration(null).obtain(at("client_metadata_url=" + DOCUMENT, "client_key_file=" + key));

    assertThat(ClientAuthentication.of(identity, null).method())
        .isEqualTo(ClientAuthentication.PRIVATE_KEY_JWT);
  }

  @Test
  void it_registers_as_a_native_application_for_what_the_server_offers() {
    clinic.metadata.put("authorization_endpoint", clinic.server.origin() + "/authorize");
    registration(null).obtain(at(), BROWSER);

    JsonNode metadata = registered();
    assertThat(metadata.get("application_type").stringValue()).isEqualTo("native");
    assertThat(metadata.get("token_endpoint_auth_method").stringValue()).isEqualTo("none");
    assertThat(texts(metadata.get("redirect_uris")))
        .containsExactly(BROWSER.toString(), "http://127.0.0.1/callback");
    assertThat(texts(metadata.get("grant_types")))
        .containsExactly(
            "authorization_code", "urn:ietf:params:oauth:grant-type:device_code", "refresh_token");
    assertThat(texts(metadata.get("response_types"))).containsExactly("code");
  }

  @Test
  void another_port_is_registered_anew_and_the_usual_one_is_known() {
    Registration registration = registration(null);
    assertThat(registration.usualPort(at())).isZero();

    assertThat(registration.obtain(at(), BROWSER).clientId()).isEqualTo("client-1");
    assertThat(registration.obtain(at(), BROWSER).clientId()).isEqualTo("client-1");
    assertThat(registration.usualPort(at())).isEqualTo(40123);
    assertThat(registration.obtain(at()).clientId()).isEqualTo("client-1");
    assertThat(registration.obtain(at(), URI.create("http://127.0.0.1:40124/callback")).clientId())
        .isEqualTo("client-2");
  }

  @Test
  void a_server_that_refuses_the_metadata_is_asked_once_more_for_the_login_at_hand() {
    clinic.metadata.put("authorization_endpoint", clinic.server.origin() + "/authorize");
    clinic.server.on(
        "/register",
        request ->
            Json.readTree(request.body()).get("grant_types").size() > 2
                ? Answer.error("invalid_client_metadata")
                : Answer.json(201, Map.of("client_id", "less")));

    assertThat(registration(null).obtain(at(), BROWSER).clientId()).isEqualTo("less");
    assertThat(texts(registered().get("redirect_uris"))).containsExactly(BROWSER.toString());

    clinic.server.on("/register", Answer.error("invalid_redirect_uri"));
    ClientException e =
        failure(
            () -> registration(null).obtain(at(), URI.create("http://127.0.0.1:40125/callback")));
    assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
    assertThat(e).hasMessageContaining("invalid_redirect_uri");
    assertThat(clinic.server.to("/register")).hasSize(4);
  }

  @Test
  void what_the_server_registers_counts_and_not_what_was_asked_for() {
    clinic.metadata.put("token_endpoint_auth_methods_supported", List.of("client_secret_post"));
    clinic.server.on(
        "/register",
        Answer.json(
            201,
            Map.of(
                "client_id", "c",
                "client_secret", "s",
                "token_endpoint_auth_method", "client_secret_basic")));

    ClientIdentity identity = registration(null).obtain(at());

    assertThat(registered().get("token_endpoint_auth_method").stringValue())
        .isEqualTo("client_secret_post");
    assertThat(ClientAuthentication.of(identity, List.of("client_secret_post")).method())
        .isEqualTo(ClientAuthentication.BASIC);

    clinic.server.on(
        "/register",
        Answer.json(
            201,
            Map.of("client_id", "d", "client_secret", "s", "token_endpoint_auth_method", "none")));
    ClientIdentity open = registration(null).renew(at(), identity);
    assertThat(ClientAuthentication.of(open, null).method()).isEqualTo(ClientAuthentication.NONE);
  }

  @Test
  void a_registration_belongs_to_its_issuer() {
    Registration registration = registration(null);
    assertThat(registration.obtain(at()).clientId()).isEqualTo("client-1");

    try (Protected other = new Protected()) {
      clinic.resourceMetadata.put("authorization_servers", List.of(other.server.origin()));
      other.server.on("/register", Answer.json(201, Map.of("client_id", "elsewhere")));
      assertThat(registration.obtain(at()).clientId()).isEqualTo("elsewhere");
      ClientException e =
          failure(() ->
              registration(ClientIdentity.publicClient("mine").at(clinic.server.origin()))
                  .obtain(at()));
      assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
    }
  }

  @Test
  void a_forgotten_client_registers_again_and_a_configured_one_is_told() {
    Registration registration = registration(null);
    ClientIdentity first = registration.obtain(at());

    assertThat(registration.renew(at(), first).clientId()).isEqualTo("client-2");
    assertThat(registration.renew(at(), first).clientId()).isEqualTo("client-2");
    assertThat(failure(() -> registration.renew(at("client_id=mine"), first)).problem())
        .isEqualTo(Problem.CLIENT_REFUSED);
  }

  @Test
  void a_document_that_is_not_accepted_gives_way_to_registering_where_that_is_possible() {
    clinic.metadata.put("client_id_metadata_document_supported", true);
    String pin = "client_metadata_url=" + DOCUMENT;
    Registration registration = registration(null);
    ClientIdentity byDocument = registration.obtain(at(pin));

    assertThat(registration.renew(at(pin), byDocument).clientId()).isEqualTo("client-1");

    clinic.metadata.remove("registration_endpoint");
    ClientException e = failure(() -> registration.renew(at(pin), byDocument));
    assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
    assertThat(e.hint()).contains("latch client-metadata");
  }

  @Test
  void a_server_that_registers_nobody_says_what_is_possible() {
    clinic.metadata.remove("registration_endpoint");
    assertThat(failure(() -> registration(null).obtain(at())).hint()).contains("client_id");

    clinic.metadata.put("client_id_metadata_document_supported", true);
    assertThat(failure(() -> registration(null).obtain(at())).hint())
        .contains("client_metadata_url");

    clinic.server.on("/mcp", Answer.status(401));
    clinic.server.without("/.well-known/oauth-protected-resource/mcp");
    clinic.server.without("/.well-known/oauth-authorization-server");
    clinic.server.without("/register");
    assertThat(failure(() -> registration(null).obtain(at(), BROWSER)).problem())
        .isEqualTo(Problem.METADATA_MISSING);
  }
}

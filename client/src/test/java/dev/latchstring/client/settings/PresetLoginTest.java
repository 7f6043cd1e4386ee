package dev.latchstring.client.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Handler;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.store.MemoryTokenStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers with a provider's quirk: without its preset nobody gets in, with it they do. */
class PresetLoginTest {
  private final Protected at = new Protected();

  @AfterEach
  void close() {
    at.close();
  }

  private LoginOutcome login(String preset, String... pins) {
    List<String> all = new ArrayList<>(Arrays.asList(pins));
    try (LatchClient client =
        LatchClient.using(new MemoryTokenStore())
            .settings(Settings.of(ServerSettings.ofOptions(all, preset)))
            .environment(Map.of("SECRET", "s3cret"))
            .build()) {
      return client.account(at.server.uri("/mcp")).login(LoginOptions.DEFAULT).run(code -> {});
    }
  }

  private ClientException failure(String preset, String... pins) {
    ClientException e = catchThrowableOfType(ClientException.class, () -> login(preset, pins));
    assertThat(e).isNotNull();
    return e;
  }

  private void assertLoggedIn(String preset, String... pins) {
    assertThat(login(preset, pins)).isInstanceOf(LoginOutcome.Approved.class);
  }

  /** An answer to what is asked, unless there is something to refuse. */
  private void guard(String path, Answer otherwise, Refusing refusing) {
    Handler handler =
        request -> {
          Answer refusal = refusing.refuse(request.body());
          return refusal == null ? otherwise : refusal;
        };
    at.server.on(path, handler);
  }

  private interface Refusing {
    Answer refuse(String form);
  }

  private static Answer refusal(String error, String description) {
    return Answer.json(400, Map.of("error", error, "error_description", description));
  }

  @Test
  void entra_refuses_a_resource_beside_scopes_and_the_failure_says_what_to_pin() {
    Refusing noResource =
        form ->
            form.contains("resource=")
                ? refusal(
                    "invalid_request",
                    "AADSTS9010010: The resource parameter provided in the request doesn't match"
                        + " with the requested scopes.")
                : null;
    guard("/device", Answer.json(200, at.device()), noResource);
    guard("/token", Protected.tokens("a", "r"), noResource);
    at.metadata.remove("registration_endpoint");

    ClientException e = failure(null, "client_id=app", "scope=api://x/.default");
    assertThat(e).hasMessageContaining("AADSTS9010010");
    assertThat(e.hint()).contains("resource=none").contains("latch help presets");

    assertLoggedIn("entra", "client_id=app", "scope=api://x/.default");
    assertThat(at.server.to("/device").getLast().body()).contains("scope=api%3A%2F%2Fx%2F.default");
  }

  @Test
  void auth0_goes_by_audience() {
    Refusing wantsAudience =
        form ->
            form.contains("audience=https%3A%2F%2Fapi.example")
                ? null
                : refusal("invalid_request", "The userinfo audience is not allowed");
    guard("/device", Answer.json(200, at.device()), wantsAudience);

    assertThat(failure("auth0")).hasMessageContaining("audience");
    assertLoggedIn("auth0", "audience=https://api.example");
  }

  @Test
  void google_says_verification_url_and_wants_a_secret() {
    Map<String, Object> device = at.device();
    device.put("verification_url", device.remove("verification_uri"));
    at.server.on("/device", Answer.json(200, device));
    guard(
        "/token",
        Protected.tokens("a", "r"),
        form ->
            form.contains("client_secret=s3cret")
                ? null
                : refusal("invalid_request", "client_secret is missing."));
    at.metadata.remove("registration_endpoint");
    at.metadata.put("token_endpoint_auth_methods_supported", List.of("client_secret_post"));
    String issuer = "issuer=" + at.server.origin();

    assertThat(failure("google", issuer, "client_id=tv")).hasMessageContaining("client_secret");
    assertLoggedIn("google", issuer, "client_id=tv", "client_secret_env=SECRET");
  }

  @Test
  void github_has_no_metadata_and_refuses_with_status_200() {
    at.server.without("/.well-known/oauth-authorization-server");
    at.resourceMetadata.put("authorization_servers", List.of("https://github.com/login/oauth"));
    at.polls.add(request -> Answer.json(200, Map.of("error", "authorization_pending")));
    String[] here = {
      "client_id=app",
      "issuer=" + at.server.origin() + "/login/oauth",
      "authorization_endpoint=" + at.server.origin() + "/authorize",
      "token_endpoint=" + at.server.origin() + "/token",
      "device_authorization_endpoint=" + at.server.origin() + "/device",
      "flow=device",
    };

    assertLoggedIn("github", here);
    assertThat(at.polls).isEmpty();
    assertThat(at.server.to("/token")).hasSize(2);
    assertThat(at.server.to("/token").getFirst().header("Accept")).isEqualTo("application/json");
  }

  @Test
  void keycloak_refuses_a_resource_that_no_client_has() {
    String issuer = at.server.origin() + "/realms/acme";
    at.metadata.put("issuer", issuer);
    at.server.on(
        "/realms/acme/.well-known/openid-configuration", request -> Answer.json(200, at.metadata));
    guard(
        "/device",
        Answer.json(200, at.device()),
        form -> form.contains("resource=") ? refusal("invalid_target", "unknown resource") : null);

    assertThat(failure(null, "issuer=" + issuer).hint()).contains("resource=none");
    assertLoggedIn("keycloak", "issuer=" + issuer);
  }
}

package dev.latchstring.authorizationserver.metadata;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** RFC 8414 and OpenID Connect Discovery over real HTTP. */
class MetadataTest {
  @Test
  void metadata_is_the_same_at_both_places_and_may_be_cached() {
    try (RunningServer server = RunningServer.start(CLINIC_YAML)) {
      Answer oauth = server.get("/.well-known/oauth-authorization-server");
      Answer openid = server.get("/.well-known/openid-configuration");

      assertThat(oauth.status()).isEqualTo(200);
      assertThat(openid.body()).isEqualTo(oauth.body());
      assertThat(oauth.header("Content-Type")).startsWith("application/json");
      assertThat(oauth.header("Cache-Control")).isEqualTo("public, max-age=300");
      JsonNode metadata = oauth.json();
      assertThat(metadata.path("issuer").asString()).isEqualTo(server.issuer());
      assertThat(metadata.path("scopes_supported").toString())
          .isEqualTo(
              "[\"openid\",\"profile\",\"email\",\"clinic:read\",\"clinic:write\",\"vault:open\"]");
      assertThat(metadata.path("authorization_endpoint").asString())
          .isEqualTo(server.issuer() + "/authorize");
      assertThat(metadata.path("response_types_supported").toString()).isEqualTo("[\"code\"]");
      assertThat(metadata.path("response_modes_supported").toString()).isEqualTo("[\"query\"]");
      assertThat(metadata.path("code_challenge_methods_supported").toString())
          .isEqualTo("[\"S256\"]");
      assertThat(metadata.path("grant_types_supported").toString())
          .contains("\"authorization_code\"");
      assertThat(metadata.path("authorization_response_iss_parameter_supported").asBoolean())
          .isTrue();
      assertThat(metadata.path("request_uri_parameter_supported").asBoolean(true)).isFalse();
      assertThat(metadata.path("claims_parameter_supported").asBoolean()).isTrue();
      assertThat(metadata.path("claims_supported").toString())
          .contains("\"sub\"")
          .contains("\"email_verified\"");
      assertThat(metadata.path("require_pushed_authorization_requests").asBoolean(true)).isFalse();
    }
  }

  @Test
  void every_endpoint_that_is_named_answers() {
    try (RunningServer server = RunningServer.start(CLINIC_YAML)) {
      JsonNode metadata = server.get("/.well-known/oauth-authorization-server").json();
      for (String name :
          new String[] {
            "authorization_endpoint",
            "pushed_authorization_request_endpoint",
            "token_endpoint",
            "device_authorization_endpoint",
            "introspection_endpoint",
            "revocation_endpoint",
            "registration_endpoint",
            "jwks_uri"
          }) {
        String path = metadata.path(name).asString().substring(server.issuer().length());
        assertThat(server.get(path).status()).as(name).isNotEqualTo(404).isLessThan(500);
      }
    }
  }

  @Test
  void an_issuer_with_a_path_is_found_at_all_three_places_and_serves_below_it() {
    String yaml = "issuer: http://localhost:9999/tenant/a\n" + CLINIC_YAML;
    try (RunningServer server = RunningServer.start(yaml)) {
      Answer inserted = server.get("/.well-known/oauth-authorization-server/tenant/a");
      assertThat(inserted.status()).isEqualTo(200);
      assertThat(inserted.json().path("token_endpoint").asString())
          .isEqualTo("http://localhost:9999/tenant/a/token");
      assertThat(server.get("/.well-known/openid-configuration/tenant/a").body())
          .isEqualTo(inserted.body());
      assertThat(server.get("/tenant/a/.well-known/openid-configuration").body())
          .isEqualTo(inserted.body());
      assertThat(server.get("/.well-known/oauth-authorization-server").status()).isEqualTo(404);

      assertThat(server.get("/tenant/a/jwks").status()).isEqualTo(200);
      assertThat(
              server
                  .post(
                      "/tenant/a/device_authorization", "client_id", "phone", "scope", "vault:open")
                  .json()
                  .path("verification_uri")
                  .asString())
          .isEqualTo("http://localhost:9999/tenant/a/device");
      assertThat(server.get("/tenant/a/device", "Accept", "text/html").status()).isLessThan(400);
      assertThat(server.post("/token", "client_id", "phone").status()).isEqualTo(404);
      assertThat(server.get("/healthz").body()).isEqualTo("{\"status\":\"ok\"}");
    }
  }

  @Test
  void keys_are_public_and_of_both_kinds() {
    try (RunningServer server = RunningServer.start(CLINIC_YAML)) {
      // RS256 is made in the background after the start.
      JsonNode keys = server.get("/jwks").json().path("keys");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      while (keys.size() < 2 && System.nanoTime() < deadline) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        keys = server.get("/jwks").json().path("keys");
      }
      assertThat(keys.size()).isEqualTo(2);
      for (JsonNode key : keys) {
        assertThat(key.path("use").asString()).isEqualTo("sig");
        assertThat(key.path("kid").asString()).isNotEmpty();
        assertThat(key.has("d")).isFalse();
        assertThat(key.has("p")).isFalse();
      }
    }
  }
}

package dev.latchstring.client.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The mapper, which writes logins, is the measure. */
class StoredLoginReaderTest {
  private static final StoredLogin WHOLE =
      new StoredLogin(
          "https://mcp.example.com/mcp",
          "work",
          "https://mcp.example.com",
          "https://as.example.com",
          "https://as.example.com/token",
          "https://as.example.com/revoke",
          "client",
          "secret",
          "client_secret_basic",
          "a b",
          "subject",
          "Renée",
          "access",
          "DPoP",
          1_800_000_000_001L,
          2,
          true,
          "refresh",
          3,
          "{\"kty\":\"EC\"}",
          "session",
          "a b c",
          Map.of("issuer", "https://as.example.com"));

  @Test
  void every_member_is_read() throws ReflectiveOperationException {
    for (RecordComponent member : StoredLogin.class.getRecordComponents()) {
      assertThat(member.getAccessor().invoke(WHOLE)).as(member.getName()).isNotIn(null, 0L, false);
    }
    assertThat(StoredLoginReader.read(Json.bytes(WHOLE))).isEqualTo(WHOLE);
  }

  @Test
  void what_may_be_missing_may_be_missing() {
    StoredLogin least =
        StoredLogin.at("https://mcp.example.com/mcp", "default")
            .issuer("https://as.example.com")
            .tokenEndpoint("https://as.example.com/token")
            .clientId("client")
            .build();
    assertThat(StoredLoginReader.read(Json.bytes(least))).isEqualTo(least);
  }

  @Test
  void what_a_later_version_adds_is_passed_over() {
    ObjectNode members = (ObjectNode) Json.readTree(Json.bytes(WHOLE));
    members.putObject("later").put("a", 1);
    assertThat(StoredLoginReader.read(Json.bytes(members))).isEqualTo(WHOLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server",
        "account",
        "resource",
        "issuer",
        "token_endpoint",
        "client_id",
        "auth_method",
        "scope",
        "token_type"
      })
  void what_must_be_there_must_be_there(String member) {
    ObjectNode members = (ObjectNode) Json.readTree(Json.bytes(WHOLE));
    members.remove(member);
    refused(Json.bytes(members));
    members.putNull(member);
    refused(Json.bytes(members));
    members.put(member, 1);
    refused(Json.bytes(members));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"server\":\"a\",\"server\":\"b\"}",
        "{\"access_token\":",
        "1e99999999999"
      })
  void what_is_no_login_is_refused_without_being_quoted(String json) {
    refused(json.getBytes(UTF_8));
  }

  @Test
  void values_of_a_wrong_type_are_refused() {
    for (String member : new String[] {"access_token", "pinned", "dpop_key"}) {
      refused(changed(member, "[\"a\"]"));
    }
    for (String member : new String[] {"expires_at", "obtained_at", "logged_in_at"}) {
      for (String value : new String[] {"\"soon\"", "1.5", "1e400", "99999999999999999999"}) {
        refused(changed(member, value));
      }
    }
    refused(changed("after_rejection", "\"yes\""));
    refused(changed("server", "\"http://elsewhere.example.com\""));
  }

  private static byte[] changed(String member, String value) {
    ObjectNode members = (ObjectNode) Json.readTree(Json.bytes(WHOLE));
    members.remove(member);
    String rest = Json.write(members);
    return ("{\"" + member + "\":" + value + "," + rest.substring(1)).getBytes(UTF_8);
  }

  private static void refused(byte[] json) {
    assertThatThrownBy(() -> StoredLoginReader.read(json))
        .isInstanceOf(JsonException.class)
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("refresh\"");
  }
}

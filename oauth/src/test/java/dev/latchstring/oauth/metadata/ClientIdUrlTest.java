package dev.latchstring.oauth.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which identifiers are addresses of metadata. */
class ClientIdUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.com/oauth/client-metadata.json",
        "https://app.example.com:8443/c",
        "https://APP.example.com/c",
        "https://app.example.com/a/.../b",
        "https://app.example.com/.well-known/client",
        "https://app.example.com/a%20b",
        "https://xn--bcher-kva.example/c/"
      })
  void an_address_is_taken_as_it_is_written(String clientId) {
    assertThat(ClientIdUrl.parse(clientId, false)).hasToString(clientId);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.com",
        "https://app.example.com/",
        "https://app.example.com?x",
        "https://app.example.com/c?x=1",
        "https://app.example.com/c?",
        "https://app.example.com/c#f",
        "https://app.example.com/c#",
        "https://user@app.example.com/c",
        "https://user:pass@app.example.com/c",
        "https://@app.example.com/c",
        "https://app.example.com/a/../c",
        "https://app.example.com/a/./c",
        "https://app.example.com/..",
        "https://app.example.com/a/%2e%2E/c",
        "https://app.example.com/a/.%2e",
        "https://app.example.com/%2e",
        "https://app.example.com./c",
        "https://app.example.com:/c",
        "https://app.example.com:99999999999/c",
        "https://app_example.com:x/c",
        "https:///c",
        "https://",
        "https:app.example.com/c",
        "HTTPS://app.example.com/c",
        "http://app.example.com/c",
        "ftp://app.example.com/c",
        "https://app.example.com/a b",
        "https://app.example.com\\@evil.example/c",
        "https://bücher.example\u0000/c",
        "https://127.0.0.1/c",
        "https://10.0.0.1/c",
        "https://8.8.8.8/c",
        "https://2130706433/c",
        "https://0x7f000001/c",
        "https://127.1/c",
        "https://[::1]/c",
        "https://[::ffff:127.0.0.1]/c",
        "https://[2606:4700::1111]/c",
        "https://localhost/c",
        "https://LOCALHOST/c",
        "http://localhost/c"
      })
  void what_breaks_a_rule_is_refused(String clientId) {
    refused(clientId, false);
  }

  @Test
  void loopback_is_an_address_where_it_is_allowed() {
    for (String clientId :
        new String[] {
          "http://localhost:8080/c", "http://127.0.0.1/c", "http://[::1]:1/c", "https://localhost/c"
        }) {
      assertThat(ClientIdUrl.parse(clientId, true)).hasToString(clientId);
    }
    refused("http://app.example.com/c", true);
    refused("http://10.0.0.1/c", true);
    refused("https://169.254.169.254/latest/meta-data", true);
    refused("http://localhost.example.com/c", true);
  }

  @Test
  void an_address_is_at_most_512_characters() {
    String start = "https://app.example.com/";
    assertThat(ClientIdUrl.parse(start + "x".repeat(512 - start.length()), false)).isNotNull();
    refused(start + "x".repeat(513 - start.length()), false);
  }

  private static void refused(String clientId, boolean loopbackAllowed) {
    assertThatThrownBy(() -> ClientIdUrl.parse(clientId, loopbackAllowed))
        .as(clientId)
        .isInstanceOfSatisfying(
            OAuthException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CLIENT));
  }
}

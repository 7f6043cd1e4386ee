package dev.latchstring.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsUriTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:9000",
        "http://127.0.0.1",
        "http://127.9.9.9:1/x",
        "http://[::1]:8080",
        "https://as.example.com/tenant",
        "HTTP://LOCALHOST"
      })
  void https_and_loopback_are_issuers(String issuer) {
    assertThat(HttpsUri.requireIssuer(issuer).toString()).isEqualTo(issuer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://as.example.com",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "as.example.com",
        "ftp://localhost",
        "https://as.example.com?x=1",
        "https://as.example.com#f",
        "https://u@as.example.com",
        "http://127.0.0.1.evil.example",
        "http://127.1",
        "http://0.0.0.0",
        "https:///x",
        "",
        "http://127.0.0.256"
      })
  void anything_else_is_not(String issuer) {
    assertThatThrownBy(() -> HttpsUri.requireIssuer(issuer)).isInstanceOf(OAuthException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTPS://MCP.Example.com/Mcp, https://mcp.example.com/Mcp",
    "https://mcp.example.com/, https://mcp.example.com",
    "https://mcp.example.com:443/mcp, https://mcp.example.com/mcp",
    "http://localhost:9100/mcp?a=b, http://localhost:9100/mcp?a=b",
  })
  void the_spellings_of_one_resource_are_one(String spelling, String canonical) {
    assertThat(HttpsUri.requireResource(spelling)).isEqualTo(URI.create(canonical));
  }
}

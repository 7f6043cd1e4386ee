package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of {@code latch connect}. */
class ConnectOptionsTest {
  private static final String URL = "https://mcp.example/mcp";

  private static ConnectOptions parse(Map<String, String> variables, String... arguments)
      throws Exception {
    List<String> all = new ArrayList<>(List.of(URL));
    all.addAll(List.of(arguments));
    return Objects.requireNonNull(ConnectOptions.parse(all.toArray(String[]::new), variables));
  }

  @Test
  void everything_has_a_default_and_both_spellings() throws Exception {
    ConnectOptions plain = parse(Map.of());
    assertThat(plain.account()).isNull();
    assertThat(plain.headers()).isEmpty();
    assertThat(plain.scope()).isNull();
    ConnectOptions all =
        parse(
            Map.of(),
            "--account=work",
            "--scope",
            " a b ",
            "--ca-file",
            "/ca.pem",
            "--proxy=none",
            "--flow",
            "code",
            "--pin",
            "issuer=https://auth.example",
            "--log-file",
            "/log",
            "--log-level=debug");
    assertThat(all.account()).isEqualTo("work");
    assertThat(all.scope()).isEqualTo("a b");
    assertThat(all.caFile()).isEqualTo("/ca.pem");
    assertThat(all.proxy()).isEqualTo("none");
    assertThat(all.flow()).isEqualTo("code");
    assertThat(all.pinned()).isNotNull();
    assertThat(plain.pinned()).isNull();
    assertThat(all.logFile()).isEqualTo("/log");
    assertThat(all.logLevel()).isEqualTo("debug");
  }

  @Test
  void a_header_takes_secrets_from_the_environment() throws Exception {
    Map<String, String> variables = Map.of("KEY", "s3cret\n", "EMPTY", "");
    ConnectOptions options =
        parse(
            variables,
            "--header",
            "X-Api-Key: ${KEY}",
            "--header=X-Two:a=${KEY}, b=${EMPTY}; ${",
            "--header",
            "Cookie: plain");
    assertThat(options.headers())
        .containsOnly(
            Map.entry("X-Api-Key", "s3cret"),
            Map.entry("X-Two", "a=s3cret, b=; ${"),
            Map.entry("Cookie", "plain"));
    assertThat(options.toString()).contains("X-Api-Key").doesNotContain("s3cret");
    assertThat(new Destination(options.server(), options.headers(), null).toString())
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Authorization: Bearer secret   | Authorization is latch's own",
        "AUTHORIZATION: x               | Authorization is latch's own",
        "Host: secret                   | set by latch itself",
        "Content-Length: secret         | set by latch itself",
        "Mcp-Session-Id: secret         | set by latch itself",
        "MCP-Protocol-Version: secret   | set by latch itself",
        "Mcp-Param-x: secret            | set by latch itself",
        "DPoP: secret                   | set by latch itself",
        "X-MCP-Context: secret          | set by latch itself",
        "Proxy-Authorization: secret    | set by latch itself",
        "no colon secret                | wants",
        "': secret'                     | wants",
        "bad name: secret               | wants",
        "X-Odd: secr\u00e9t             | printable ASCII",
        "X-Unset: secret ${NOT_SET}     | environment variable NOT_SET, which is not set"
      })
  void a_header_that_cannot_be_is_refused_without_its_value(String header, String reason) {
    assertThatThrownBy(() -> parse(Map.of(), "--header", header))
        .isInstanceOf(ConnectOptions.UsageException.class)
        .hasMessageContaining(reason)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secr"));
  }

  @Test
  void headers_are_bounded_and_given_once() {
    assertThatThrownBy(() -> parse(Map.of(), "--header", "X: 1", "--header", "x: 2"))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> parse(Map.of(), "--header", "X: " + "a".repeat(8193)))
        .hasMessageContaining("8192");
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 33; i++) {
      many.addAll(List.of("--header", "X-" + i + ": 1"));
    }
    assertThatThrownBy(() -> parse(Map.of(), many.toArray(String[]::new)))
        .hasMessageContaining("more than 32");
    assertThatThrownBy(() -> parse(Map.of("NL", "a\r\nX-Evil: 1"), "--header", "X: ${NL}"))
        .as("a header is one line")
        .hasMessageContaining("printable ASCII");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--account=",
        "--scope=",
        "--scope=a\"b",
        "--header",
        "--unknown",
        "--scope=\u00e9",
        "--flow=challenge",
        "--flow=magic",
        "--pin=x",
        "--preset=x"
      })
  void what_cannot_be_is_a_wrong_command_line(String argument) {
    assertThatThrownBy(() -> parse(Map.of(), argument))
        .isInstanceOf(ConnectOptions.UsageException.class);
  }
}

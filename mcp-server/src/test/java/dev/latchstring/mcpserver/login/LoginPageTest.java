package dev.latchstring.mcpserver.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginPageTest {
  private static LoginPage page(Duration interval, boolean joined) {
    URI page = URI.create("https://auth.example/device");
    return new LoginPage(
        page,
        page,
        "BCDF-GHJK",
        false,
        null,
        Instant.EPOCH,
        interval,
        URI.create("https://mcp.example/mcp"),
        "https://auth.example",
        "the bridge",
        Scope.NONE,
        joined);
  }

  @ParameterizedTest
  @CsvSource({"1,3", "5,7", "20,22", "60,25"})
  void a_call_waits_for_one_poll_of_a_login_begun_elsewhere_but_never_longer_than_a_host_does(
      int interval, int patience) {
    assertThat(page(Duration.ofSeconds(interval), true).patience())
        .isEqualTo(Duration.ofSeconds(patience));
  }

  @Test
  void a_login_begun_here_is_shown_at_once() {
    assertThat(page(Duration.ofSeconds(5), false).patience()).isZero();
  }
}

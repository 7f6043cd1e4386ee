package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.client.settings.Setting;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectPinsTest {
  private static final String URL = "https://mcp.example.com/mcp";

  @Test
  void pins_and_a_preset_are_read_by_hand_under_the_names_of_the_other_commands() throws Exception {
    ConnectOptions options =
        ConnectOptions.parse(
            new String[] {URL, "--pin", "audience=api://x", "--pin=scope=a b", "--preset", "entra"},
            Map.of());

    assertThat(options.pinned().value(Setting.AUDIENCE)).isEqualTo("api://x");
    assertThat(options.pinned().value(Setting.SCOPE)).isEqualTo("a b");
    assertThat(options.pinned().value(Setting.PRESET)).isEqualTo("entra");
    assertThat(ConnectOptions.parse(new String[] {URL}, Map.of()).pinned()).isNull();
  }

  @Test
  void a_pin_that_cannot_be_is_told_before_anything_is_served() {
    assertThatThrownBy(() -> ConnectOptions.parse(new String[] {URL, "--pin", "isuer=x"}, Map.of()))
        .hasMessage("--pin: there is no setting \"isuer\"")
        .extracting(e -> ((ConnectOptions.UsageException) e).hint())
        .asString()
        .startsWith("there are: preset, issuer");
    assertThatThrownBy(
            () -> ConnectOptions.parse(new String[] {URL, "--pin", "client_secret=s3"}, Map.of()))
        .hasMessageNotContaining("s3");
    assertThatThrownBy(() -> ConnectOptions.parse(new String[] {URL, "--pin"}, Map.of()))
        .hasMessageContaining("--pin needs a value");
  }
}

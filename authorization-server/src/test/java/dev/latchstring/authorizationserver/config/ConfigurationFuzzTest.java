package dev.latchstring.authorizationserver.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class ConfigurationFuzzTest {
  private static final Overrides NOTHING =
      new Overrides(Map.of(), null, null, null, null, Path.of("/var/lib/latchstring"), false);

  @FuzzTest
  void a_file_is_a_configuration_or_says_what_to_change(byte[] yaml) {
    read(new String(yaml, UTF_8), NOTHING);
  }

  @FuzzTest
  void a_variable_is_a_setting_or_says_what_to_change(byte[] input) {
    String value = new String(input, UTF_8).replace("\0", "");
    for (String variable :
        List.of(
            "LATCH_ISSUER",
            "LATCH_PORT",
            "LATCH_DATA",
            "LATCH_DATABASE_URL",
            "LATCH_TRUSTED_PROXIES",
            "LATCH_DYNAMIC_REGISTRATION")) {
      read(
          "",
          new Overrides(
              Map.of(variable, value),
              null,
              null,
              null,
              null,
              Path.of("/var/lib/latchstring"),
              false));
    }
  }

  private static void read(String yaml, Overrides overrides) {
    ServerConfiguration configuration;
    try {
      configuration = ConfigurationReader.parse(yaml, overrides);
    } catch (ConfigurationException e) {
      assertThat(e).hasMessageMatching("(?s).*\\S.*");
      return;
    }
    assertThat(configuration.port()).isBetween(0, 65_535);
    assertThat(configuration.data()).isAbsolute();
    assertThat(configuration.toString()).isNotEmpty();
  }
}

package dev.latchstring.client.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;

class SettingsFileFuzzTest {
  @FuzzTest
  void a_file_is_read_or_refused_and_nothing_else(byte[] file) {
    String text = new String(file, UTF_8);
    try {
      assertThat(SettingsFile.parse("servers.yaml", text).servers()).isNotNull();
    } catch (ClientException e) {
      assertThat(e.problem()).isEqualTo(Problem.BAD_SETTINGS);
      assertThat(e.description()).startsWith("servers.yaml");
    }
  }
}

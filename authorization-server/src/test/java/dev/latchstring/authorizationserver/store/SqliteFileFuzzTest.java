package dev.latchstring.authorizationserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;

class SqliteFileFuzzTest {
  @FuzzTest
  void a_url_names_a_file_or_is_refused(byte[] input) {
    String rest = new String(input, UTF_8);
    DatabaseConfiguration configuration =
        DatabaseConfiguration.of("jdbc:sqlite:" + rest, null, null);
    Path file;
    try {
      file = SqliteFile.of(configuration);
    } catch (DatabaseException e) {
      return;
    }
    assertThat(file.toString()).isNotEmpty();
    assertThat(rest).doesNotContain("?", "\0").doesNotStartWith(":").doesNotStartWith("file:");
    assertThat(configuration.toString()).doesNotContain("?");
  }
}

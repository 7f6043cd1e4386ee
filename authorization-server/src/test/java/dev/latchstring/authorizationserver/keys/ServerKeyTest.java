package dev.latchstring.authorizationserver.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.store.DatabaseException;
import dev.latchstring.authorizationserver.store.Together;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerKeyTest {
  @TempDir Path directory;
  private final SecureRandom random = new SecureRandom();

  @Test
  void a_key_file_is_made_once_for_its_user_alone() throws Exception {
    Path file = directory.resolve("server.key");
    byte[] first = ServerKey.load(null, file, random).derive("x").hmac("text");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(ServerKey.load("", file, random).derive("x").hmac("text")).isEqualTo(first);
    assertThat(ServerKey.load(null, file, random).derive("y").hmac("text")).isNotEqualTo(first);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void processes_that_start_at_the_same_moment_have_the_same_key() throws Exception {
    Path file = directory.resolve("server.key");
    assertThat(
            new HashSet<>(
                Together.run(
                    16,
                    () ->
                        Base64.getEncoder()
                            .encodeToString(
                                ServerKey.load(null, file, random).derive("x").hmac("text")))))
        .hasSize(1);
  }

  @Test
  void a_truncated_file_and_a_short_value_are_refused_without_showing_them() throws Exception {
    Path file = directory.resolve("server.key");
    Files.writeString(file, "c2hvcnQ=");

    assertThatThrownBy(() -> ServerKey.load(null, file, random))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining(file.toString())
        .satisfies(e -> assertThat(e.toString()).doesNotContain("c2hvcnQ"));
    assertThatThrownBy(() -> ServerKey.load("tooshort", file, random))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("LATCH_KEY_ENCRYPTION_KEY");
  }
}

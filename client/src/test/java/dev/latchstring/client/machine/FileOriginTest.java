package dev.latchstring.client.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A token in a file that a platform renews. */
@Timeout(300)
class FileOriginTest {
  @TempDir Path folder;
  private final MachineRequest request = Machines.request(Clock.systemUTC());

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("token"), content);
  }

  private ClientException failure(Path file) {
    ClientException e =
        catchThrowableOfType(ClientException.class, () -> new FileOrigin(file).read(request));
    assertThat(e).isNotNull();
    assertThat(e.problem()).isEqualTo(Problem.CREDENTIAL_UNAVAILABLE);
    assertThat(e).hasMessageContaining(file.toString());
    return e;
  }

  @Test
  void what_is_there_now_is_read_without_the_white_space_around_it() throws IOException {
    Path file = file("first\n");
    FileOrigin origin = new FileOrigin(file);
    assertThat(origin.read(request)).isEqualTo("first");

    file("  second \r\n");

    assertThat(origin.read(request)).isEqualTo("second");
  }

  @Test
  void a_projected_token_that_is_swapped_behind_a_link_is_read_anew() throws IOException {
    Path one = Files.createDirectory(folder.resolve("..2026_01"));
    Path two = Files.createDirectory(folder.resolve("..2026_02"));
    Files.writeString(one.resolve("token"), "first");
    Files.writeString(two.resolve("token"), "second");
    Path data = Files.createSymbolicLink(folder.resolve("..data"), one.getFileName());
    Path token = Files.createSymbolicLink(folder.resolve("token"), Path.of("..data/token"));
    assertThat(new FileOrigin(token).read(request)).isEqualTo("first");

    Files.delete(data);
    Files.createSymbolicLink(data, two.getFileName());

    assertThat(new FileOrigin(token).read(request)).isEqualTo("second");
  }

  @Test
  void one_that_is_written_in_place_again_and_again_is_never_read_in_part() throws Exception {
    String one = "a".repeat(5000);
    String two = "b".repeat(7000);
    Path file = file(one);
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> {
          try {
            for (int i = 0; !done.get(); i++) {
              Files.writeString(file, i % 2 == 0 ? two : one);
              if (i % 500 == 0) {
                Thread.sleep(150);
              }
            }
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    int whole = 0;
    for (int i = 0; i < 20; i++) {
      try {
        assertThat(new FileOrigin(file).read(request)).isIn(one, two);
        whole++;
      } catch (ClientException e) {
        assertThat(e.problem()).isEqualTo(Problem.CREDENTIAL_UNAVAILABLE);
      }
    }
    done.set(true);
    writer.join();
    assertThat(whole).isPositive();
  }

  @Test
  void what_is_no_token_is_told_with_the_files_name_and_without_its_content() throws IOException {
    assertThat(failure(folder.resolve("none"))).hasMessageContaining("is not there");
    assertThat(failure(file(""))).hasMessageContaining("is empty");
    assertThat(failure(file(" \n "))).hasMessageContaining("is empty");
    assertThat(failure(file("secret-a\nsecret-b\n")))
        .hasMessageContaining("more than one line")
        .hasMessageNotContaining("secret");
    assertThat(failure(file("secret\u00e9"))).hasMessageContaining("no token has");
    assertThat(failure(file("sec ret"))).hasMessageContaining("no token has");
    assertThat(failure(file("x".repeat(40_000)))).hasMessageContaining("32768 characters");
    assertThat(failure(file("x".repeat(70_000)))).hasMessageContaining("65536 bytes");
    assertThat(failure(Files.createDirectory(folder.resolve("directory"))))
        .hasMessageContaining("no ordinary file");
  }

  @Test
  void what_never_ends_is_not_read() {
    assertThat(failure(Path.of("/dev/zero"))).hasMessageContaining("no ordinary file");
  }

  @Test
  void one_that_anybody_may_write_is_refused_and_one_that_anybody_may_read_is_not()
      throws IOException {
    Path file = file("token");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    ClientException e = failure(file);
    assertThat(e).hasMessageContaining("written by anybody");
    assertThat(e.hint()).contains("chmod 600");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(new FileOrigin(file).read(request))
        .as("as platforms mount theirs")
        .isEqualTo("token");
  }
}

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A token that a program writes: real programs, and what they do wrong. */
@Timeout(300)
class CommandOriginTest {
  private static final Duration SHORT = Duration.ofMillis(1500);

  @TempDir Path folder;
  private final MachineRequest request = Machines.request(Clock.systemUTC());

  private List<String> program(String script, String... arguments) throws IOException {
    Path file = Files.writeString(folder.resolve("give-token"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private String read(List<String> command) {
    Map<String, String> environment = new LinkedHashMap<>(System.getenv());
    environment.put("LATCH_CLIENT_SECRET", "s3cret");
    environment.put("TEAM", "clinic");
    return new CommandOrigin(command, environment, SHORT).read(request);
  }

  private ClientException failure(List<String> command) {
    ClientException e = catchThrowableOfType(ClientException.class, () -> read(command));
    assertThat(e).isNotNull();
    assertThat(e.problem()).isEqualTo(Problem.CREDENTIAL_UNAVAILABLE);
    return e;
  }

  @Test
  void its_output_is_the_token() throws IOException {
    assertThat(read(program("echo the-token"))).isEqualTo("the-token");
    assertThat(read(program("printf the-token"))).isEqualTo("the-token");
  }

  @Test
  void arguments_mean_nothing_but_themselves() throws IOException {
    assertThat(read(program("printf '%s-' \"$@\"", "$(id)", "*", "a;b", "`id`", "&&")))
        .isEqualTo("$(id)-*-a;b-`id`-&&-");
  }

  @Test
  void it_is_told_for_whom_the_token_is_and_not_our_secrets() throws IOException {
    assertThat(read(program("echo \"$LATCH_AUDIENCE|$LATCH_RESOURCE|$LATCH_CLIENT_SECRET|$TEAM\"")))
        .isEqualTo(Machines.ISSUER + "|https://mcp.example.com/mcp||clinic");
  }

  @Test
  void it_has_no_standard_input_to_wait_for() throws IOException {
    assertThat(read(program("cat; echo the-token"))).isEqualTo("the-token");
  }

  @Test
  void one_that_fails_is_quoted_without_what_could_be_a_secret() throws IOException {
    String secret = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.MEUCIQDx1234567890";
    ClientException e =
        failure(
            program(
                "echo not-told; echo 'permission denied for token "
                    + secret
                    + "' >&2; echo 'see /etc/vault/policy.hcl' >&2; exit 3"));
    assertThat(e)
        .hasMessageContaining("ended with status 3")
        .hasMessageContaining("permission denied for token [left out]; see /etc/vault/policy.hcl")
        .hasMessageNotContaining("eyJ")
        .hasMessageNotContaining("MEUC")
        .hasMessageNotContaining("not-told");
    assertThat(e.hint()).contains("run it by hand");
  }

  @Test
  void what_it_says_is_cut_and_has_no_control_characters() throws IOException {
    ClientException e =
        failure(program("printf '\\033[31mred\\007 ' >&2; yes word >&2 | head -c 100000; exit 1"));
    assertThat(e.description()).hasSizeLessThan(700).doesNotContain("\u001b", "\u0007", "\n");
  }

  @Test
  void one_that_talks_and_talks_on_standard_error_is_not_stopped_by_that() throws IOException {
    assertThat(read(program("yes 'and another thing' | head -c 300000 >&2; echo the-token")))
        .isEqualTo("the-token");
  }

  @Test
  void one_that_hangs_is_killed_with_what_it_started() throws Exception {
    Path child = folder.resolve("child");
    ClientException e = failure(program("sleep 1000 & echo $! > '" + child + "'; wait"));
    assertThat(e).hasMessageContaining("has not ended within 1 seconds");
    ProcessHandle handle =
        ProcessHandle.of(Long.parseLong(Files.readString(child).strip())).orElse(null);
    if (handle != null) {
      handle.onExit().get();
    }
  }

  @Test
  void one_that_leaves_somebody_with_its_output_is_not_waited_for_without_end() throws Exception {
    Path child = folder.resolve("child");
    List<String> command =
        program("echo the-token; (sleep 1000 & echo $! > '" + child + "'); exit 0");
    try {
      assertThat(read(command)).as("what was written before its end").isEqualTo("the-token");
    } catch (ClientException e) {
      assertThat(e).hasMessageContaining("still holds its output");
    }
    ProcessHandle.of(Long.parseLong(Files.readString(child).strip()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void too_much_output_more_than_one_line_and_none_are_no_token() throws IOException {
    assertThat(failure(program("yes tokentoken"))).hasMessageContaining("more than 65536 bytes");
    assertThat(failure(program("echo one; echo two")))
        .hasMessageContaining("more than one line")
        .hasMessageNotContaining("two");
    assertThat(failure(program("true"))).hasMessageContaining("is empty");
  }

  @Test
  void one_that_is_not_there_is_named_without_its_arguments() {
    ClientException e = failure(List.of(folder.resolve("none").toString(), "--password=s3cret"));
    assertThat(e).hasMessageContaining("cannot be started").hasMessageNotContaining("s3cret");
    assertThat(e.hint()).contains("no shell");
    assertThat(new CommandOrigin(List.of("x", "s3cret"), Map.of(), SHORT).toString())
        .doesNotContain("s3cret");
  }
}

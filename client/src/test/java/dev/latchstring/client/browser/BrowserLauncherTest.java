package dev.latchstring.client.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.flow.Surroundings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS) // the stand-in is a shell script
class BrowserLauncherTest {
  @TempDir private Path folder;

  private Surroundings opening(String script) throws Exception {
    Path program = folder.resolve("browser");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new Surroundings(
        true,
        Surroundings.Browser.HERE,
        List.of(program.toString(), "--new window"),
        true,
        List.of());
  }

  @Test
  void the_address_is_one_argument_and_no_shell_reads_it() throws Exception {
    Path seen = folder.resolve("seen");
    Path touched = folder.resolve("touched");
    URI address = URI.create("https://auth.example/a?x=$(touch%20" + touched + ")&b=';touch&c=%7C");
    Surroundings here = opening("printf '%s\\n' \"$#\" \"$@\" > " + seen);

    assertThat(BrowserLauncher.open(here, address)).isTrue();

    assertThat(Files.readAllLines(seen))
        .containsExactly("2", "--new window", address.toASCIIString());
    assertThat(touched).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://auth.example/authorize",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "vscode://x/y",
        "mailto:a@b.example"
      })
  void nothing_but_https_and_this_machine_is_opened(String address) throws Exception {
    Path seen = folder.resolve("seen");
    assertThat(BrowserLauncher.open(opening("touch " + seen), URI.create(address))).isFalse();
    assertThat(seen).doesNotExist();
  }

  @Test
  void a_command_that_fails_opened_nothing() throws Exception {
    URI address = URI.create("http://127.0.0.1:1/authorize");
    assertThat(BrowserLauncher.open(opening("exit 3"), address)).isFalse();
    assertThat(
            BrowserLauncher.open(
                new Surroundings(
                    true, Surroundings.Browser.HERE, List.of("/nowhere"), true, List.of()),
                address))
        .isFalse();
    assertThat(BrowserLauncher.open(Surroundings.UNKNOWN, address)).isFalse();
  }
}

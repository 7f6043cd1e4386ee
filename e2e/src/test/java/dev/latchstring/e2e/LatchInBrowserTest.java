package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code latch login} with a person at a real browser. */
@NeedsNode
@NeedsChromium
@Timeout(300)
class LatchInBrowserTest {
  private static final Pattern ADDRESS = Pattern.compile("(?m)^(http://\\S+/authorize\\?\\S+)$");

  @TempDir private static Path folder;
  @TempDir private static Path home;
  private static ProtectedClinic clinic;

  @BeforeAll
  static void start() throws Exception {
    clinic = ProtectedClinic.start(folder, "");
  }

  @AfterAll
  static void stop() throws Exception {
    clinic.close();
  }

  @Test
  void the_browser_is_opened_and_comes_back_with_the_login() throws Exception {
    // What opens addresses on this machine: it notes the address, and a person's browser takes it.
    Path opened = home.resolve("opened");
    Path opener = home.resolve("opener");
    Files.writeString(opener, "#!/bin/sh\nprintf '%s' \"$1\" > " + opened + "\n");
    Files.setPosixFilePermissions(opener, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> desktop =
        Map.of(
            "LATCH_HOME", home.toString(),
            "BROWSER", opener.toString(),
            "DISPLAY", ":0",
            "CI", "",
            "GITHUB_ACTIONS", "",
            "SSH_CONNECTION", "",
            "container", "");

    try (Console latch =
        Console.start(
            LatchCommand.of("login", clinic.url().toString(), "--flow", "code"), desktop)) {
      String address = latch.await(ADDRESS).group(1);
      assertThat(opened).hasContent(address);
      JsonNode led = WebPerson.isLedBack(address);

      assertThat(latch.finish()).as(latch.transcript()).isZero();
      assertThat(latch.transcript())
          .contains("Your browser was told to open this address.")
          .contains("Signed in as " + ServeProcess.USERNAME);
      assertThat(led.path("to").asString()).startsWith("http://127.0.0.1:").contains("/callback?");
      assertThat(led.path("title").asString()).isEqualTo("Signed in - Latchstring");
      assertThat(led.path("display").asString()).as("its style is let through").isEqualTo("grid");
    }
    try (Console token =
        Console.start(
            LatchCommand.of("token", clinic.url().toString(), "--headers", "POST"), desktop)) {
      assertThat(token.finish()).as(token.transcript()).isZero();
      assertThat(token.transcript()).contains("Authorization: DPoP ");
    }
  }
}

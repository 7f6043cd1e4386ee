package dev.latchstring.client.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.NeedsProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The key in a real Secret Service, where the machine has one: GNOME Keyring on a bus of its own
 * (Debian's packages gnome-keyring and dbus); and on a bus whose service never answers.
 */
@NeedsProgram("dbus-run-session")
@Timeout(300)
class SecretServiceTest {
  @TempDir Path home;

  /** Every step in one session, as the keyring's: what it answers, a line each. */
  private List<String> session(String prepare, String... steps) throws Exception {
    StringBuilder script = new StringBuilder("set -e\n").append(prepare).append('\n');
    for (String step : steps) {
      script.append(step).append('\n');
    }
    List<String> command = new ArrayList<>(List.of("dbus-run-session"));
    Path configuration = home.resolve("bus.conf");
    if (Files.exists(configuration)) {
      command.add("--config-file=" + configuration);
    }
    command.addAll(List.of("--", "sh", "-c", script.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    builder.environment().put("XDG_DATA_HOME", home.resolve("share").toString());
    builder.environment().put("XDG_RUNTIME_DIR", home.toString());
    builder.environment().put("LATCH_HOME", home.resolve("latch").toString());
    builder.environment().remove("DISPLAY");
    Path output = home.resolve("output");
    Process process = builder.redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(Files.readString(output)).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return Files.readAllLines(output);
  }

  private static String java(String store, String... arguments) {
    return "LATCH_STORE="
        + store
        + " '"
        + Path.of(System.getProperty("java.home"), "bin", "java")
        + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.log.org.freedesktop=off"
        + " -cp '"
        + System.getProperty("java.class.path")
        + "' "
        + KeychainProcess.class.getName()
        + " "
        + String.join(" ", arguments);
  }

  @Test
  @NeedsProgram("gnome-keyring-daemon")
  void a_login_under_a_key_of_gnome_keyring_is_found_by_other_processes() throws Exception {
    List<String> said =
        session(
            "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1",
            java("keychain", "put", "kept"),
            java("auto", "find"),
            "ls '" + home.resolve("latch/config") + "'",
            java("file", "find"),
            "ls '" + home.resolve("latch/config") + "'");

    String all = String.join("\n", said);
    assertThat(said.stream().filter("kept"::equals)).as(all).hasSize(3);
    assertThat(said.indexOf("store.keychain")).as(all).isBetween(1, said.lastIndexOf("store.key"));
    assertThat(said.stream().filter("store.key"::equals)).as(all).hasSize(1);
  }

  @Test
  void without_any_service_the_key_goes_into_a_file_and_whoever_insists_is_told() throws Exception {
    List<String> said =
        session(
            "export DISPLAY=:99",
            java("keychain", "put", "refused") + " || true",
            java("auto", "put", "kept"),
            "ls '" + home.resolve("latch/config") + "'");

    String all = String.join("\n", said);
    assertThat(all).contains("belongs in the keychain, and").contains("STORE_UNAVAILABLE");
    assertThat(said).contains("kept", "store.key");
  }

  @Test
  void a_service_that_never_answers_is_given_up_and_does_not_keep_anybody_from_logging_in()
      throws Exception {
    hangingService();
    List<String> said =
        session(
            "export DISPLAY=:99",
            java("auto", "put", "kept"),
            java("auto", "find"),
            "ls '" + home.resolve("latch/config") + "'");

    String all = String.join("\n", said);
    assertThat(said.stream().filter("kept"::equals)).as(all).hasSize(2);
    assertThat(said).as(all).contains("store.key").doesNotContain("store.keychain");
  }

  /** A bus that starts, for secrets, a program that never takes its name. */
  private void hangingService() throws IOException {
    Path services = Files.createDirectories(home.resolve("services"));
    Files.writeString(
        services.resolve("secrets.service"),
        "[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sleep 600\n");
    Files.writeString(
        home.resolve("bus.conf"),
        """
        <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
         "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
        <busconfig>
          <type>session</type>
          <listen>unix:tmpdir=/tmp</listen>
          <servicedir>%s</servicedir>
          <policy context="default">
            <allow send_destination="*" eavesdrop="true"/>
            <allow eavesdrop="true"/>
            <allow own="*"/>
          </policy>
          <limit name="service_start_timeout">120000</limit>
        </busconfig>
        """
            .formatted(services));
  }
}

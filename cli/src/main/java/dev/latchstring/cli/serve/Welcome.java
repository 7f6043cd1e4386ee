package dev.latchstring.cli.serve;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.FirstRun;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Durations;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.Style;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said when the server runs: where it listens, and on the first run what was created and
 * what to try.
 *
 * <p>The password that was made up is shown on a terminal, once. Where there is none, standard
 * error is likely to be kept by a log collector, so it goes to a file that only this user can read.
 */
record Welcome(
    Output output, AuthorizationServer server, ServerConfiguration configuration, long nanos) {
  void print() {
    FirstRun first = server.firstRun();
    output.say(
        Style.BOLD,
        "Latchstring serves "
            + server.issuer()
            + " (port "
            + server.port()
            + " on "
            + configuration.bind()
            + ", up in "
            + Durations.took(Duration.ofNanos(nanos))
            + ")");
    output.say("Data: " + first.data());
    if (configuration.testMode()) {
      output.say(Style.BOLD, "Test mode: clients may choose what their tokens say of MCP.");
      output.say("Everything is forgotten when it stops.");
    }
    @Nullable Path file = null;
    if (!first.created().isEmpty()) {
      output.say("");
      output.say("First run. Created:");
      first.created().forEach(each -> output.say("  " + each));
    }
    if (first.username() != null && first.password() != null) {
      file = tellPassword(first.data(), first.username(), first.password());
    }
    if (!first.created().isEmpty()) {
      tellWhatToTry();
    }
    output.json(
        new Ready(
            "ready",
            server.issuer(),
            server.port(),
            first.data().toString(),
            first.created(),
            first.username(),
            file == null ? null : file.toString()));
  }

  private @Nullable Path tellPassword(Path data, String username, String password) {
    output.say("");
    if (output.terminal().error() && !output.isJson()) {
      output.say("Sign in as  " + username);
      output.say(Style.BOLD, "Password    " + password);
      output.say("It is shown this once; only a hash is kept. To have accounts of your own, list");
      output.say("them under \"accounts\" in a configuration file.");
      return null;
    }
    Path file = write(data.resolve("first-password"), password);
    output.say("Sign in as " + username + "; the password is in " + file);
    output.say("Delete that file when you have read it: only a hash is kept elsewhere.");
    return file;
  }

  private static Path write(Path file, String password) {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try {
      Path parent = file.toAbsolutePath().getParent();
      Path aside = Files.createTempFile(parent, "first-password", ".new", ownerOnly);
      Files.writeString(aside, password + System.lineSeparator());
      return Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.FILES,
          "the first account's password could not be written to " + file,
          "make room there, delete the database beside it, and start again",
          e);
    }
  }

  private void tellWhatToTry() {
    URI issuer = server.issuer();
    output.say("");
    output.say("Try next:");
    output.say("  curl " + issuer + "/.well-known/oauth-authorization-server");
    output.say("  latch demo              the whole journey, with an MCP server of its own");
    output.say("  latch login URL         once an MCP server names this issuer in its metadata");
    if (configuration.resources().isEmpty()) {
      output.say("");
      output.say(
          "No resources are configured: tokens are issued for MCP servers on this machine alone.");
    }
    output.say("");
  }

  private record Ready(
      String event,
      URI issuer,
      int port,
      String data,
      List<String> created,
      @Nullable String username,
      @Nullable String password_file) {}
}

package dev.latchstring.cli;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.settings.ServerSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command understands that talks to a server: docs/overrides.md. */
public final class ServerOptions {
  @Option(
      names = "--pin",
      paramLabel = "NAME=VALUE",
      description =
          "Say what the servers do not say, or say wrongly, such as issuer=URL; repeat it for"
              + " several. latch help pins lists the names.")
  List<String> pins = new ArrayList<>();

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Pin what is known of an authorization server; latch help presets lists them.")
  @Nullable String preset;

  /**
   * What was pinned on the command line.
   *
   * @throws CommandFailure {@link ExitStatus#USAGE} where it cannot be
   */
  public ServerSettings settings() {
    return settings(pins, preset);
  }

  /** The same for a command line that was read by hand. */
  public static ServerSettings settings(List<String> pins, @Nullable String preset) {
    try {
      return ServerSettings.ofOptions(pins, preset);
    } catch (ClientException e) {
      throw new CommandFailure(ExitStatus.USAGE, e.description(), e.hint(), e);
    }
  }
}

package dev.latchstring.cli.account;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.machine.MachineConfiguration;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.TokenStores;
import dev.latchstring.client.store.UserDirectories;
import dev.latchstring.oauth.HttpsUri;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client as the commands use it: on the user's encrypted store. */
public final class Clients {
  private Clients() {}

  /** A client on the store of the environment's user, with what their file pins. */
  public static LatchClient open(Environment environment) {
    return open(environment, ServerSettings.NONE);
  }

  /** The same on a network that others use too. */
  public static LatchClient open(Environment environment, Network network) {
    return open(environment, network, ServerSettings.NONE);
  }

  /**
   * The same.
   *
   * @param pinned on the command line, above what the file pins
   */
  public static LatchClient open(Environment environment, ServerSettings pinned) {
    return open(environment, Network.of(environment.variables()), pinned);
  }

  /** The same with both. */
  public static LatchClient open(Environment environment, Network network, ServerSettings pinned) {
    return builder(environment, network, pinned).build();
  }

  /**
   * A client whose tokens are handed on to programs that have no key: a machine's are bound to
   * none.
   */
  public static LatchClient handingTokensOn(Environment environment, ServerSettings pinned) {
    return handingTokensOn(environment, Network.of(environment.variables()), pinned);
  }

  /** The same on a network that others use too. */
  public static LatchClient handingTokensOn(
      Environment environment, Network network, ServerSettings pinned) {
    return builder(environment, network, pinned)
        .machine(machine(environment).handingTokensOn())
        .build();
  }

  private static LatchClient.Builder builder(
      Environment environment, Network network, ServerSettings pinned) {
    return LatchClient.using(
            TokenStores.open(
                directories(environment),
                environment.variables(),
                environment.os(),
                environment.random(),
                note -> environment.err().println("warning: " + PlainText.line(note, 500))))
        .clock(environment.clock())
        .random(environment.random())
        .clientName(() -> "latch on " + hostName(environment))
        .clientIdentity(ClientKeys.identity(environment))
        .machine(machine(environment))
        .network(network)
        .settings(Settings.of(pinned.over(named(environment)), settingsFile(environment)))
        .environment(environment.variables());
  }

  /** The flow that a variable names is pinned, as if it stood on every command line. */
  private static ServerSettings named(Environment environment) {
    String flow = environment.variables().getOrDefault("LATCH_FLOW", "");
    return flow.isEmpty()
        ? ServerSettings.NONE
        : ServerSettings.of(List.of(Pin.of(Setting.FLOW.key(), flow, "LATCH_FLOW")));
  }

  private static MachineConfiguration machine(Environment environment) {
    return MachineConfiguration.of(
        environment.variables(), environment.clock(), environment.random());
  }

  /**
   * An account of a server.
   *
   * @param name null for the one that is meant where none is named
   * @throws CommandFailure {@link ExitStatus#USAGE} where the address is not an absolute URL
   */
  public static Account account(LatchClient client, String url, @Nullable String name) {
    URI server = address(url);
    return client.account(server, name == null ? client.defaultAccount(server) : name);
  }

  /** Whether two addresses are one server, however they are spelled. */
  static boolean isSame(URI server, URI other) {
    return HttpsUri.requireResource(server.toString())
        .equals(HttpsUri.requireResource(other.toString()));
  }

  /** What the environment's user pins for good; it may not be there. */
  public static Path settingsFile(Environment environment) {
    return directories(environment).config().resolve(Settings.FILE_NAME);
  }

  /** Where the environment's user keeps files. */
  public static UserDirectories directories(Environment environment) {
    return UserDirectories.of(
        environment.variables(), environment.os(), environment.home().toString());
  }

  /**
   * The address as the person typed it.
   *
   * @throws CommandFailure {@link ExitStatus#USAGE} where it is not an absolute URL
   */
  public static URI address(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new CommandFailure(
          ExitStatus.USAGE, "'" + text + "' is not a URL: " + e.getReason(), example(text));
    }
    if (uri.getHost() == null) {
      throw new CommandFailure(
          ExitStatus.USAGE, "'" + text + "' is not the URL of an MCP server", example(text));
    }
    return uri;
  }

  private static String example(String text) {
    if (!text.matches("[A-Za-z0-9.-]+(:\\d+(/\\S*)?|/\\S*)")) {
      return "give the address of its MCP endpoint, such as https://mcp.example.com/mcp";
    }
    boolean here = HttpsUri.isLoopbackHost(text.split("[:/]", 2)[0]);
    return "did you mean " + (here ? "http://" : "https://") + text + "?";
  }

  private static String hostName(Environment environment) {
    String named = environment.variables().getOrDefault("HOSTNAME", "");
    if (!named.isEmpty()) {
      return named;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this machine";
    }
  }
}

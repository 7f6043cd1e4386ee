package dev.latchstring.cli.connect;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code latch connect}, read by hand: picocli would cost more time than the
 * whole first answer.
 *
 * @param server the MCP endpoint: https, or http on a loopback address
 * @param logLevel as slf4j-simple spells it
 */
record ConnectOptions(URI server, String logLevel) {
  static final String USAGE =
      """
      usage: latch connect URL [--log-level LEVEL]

      Connects an MCP host on standard input and output to the MCP server at URL, and
      logs in inside MCP when the server asks for it.

        URL                the server's MCP endpoint, https (http on a loopback address)
        --log-level LEVEL  error, warn, info, debug or trace on standard error; warn by default
        -h, --help         this text
      """;

  /** A command line that cannot be used; the message is for the person. */
  static final class UsageException extends Exception {
    UsageException(String message) {
      super(message, null, false, false);
    }
  }

  /** What was asked for, or null for {@code --help}. */
  static @Nullable ConnectOptions parse(String[] arguments) throws UsageException {
    String server = null;
    String logLevel = "warn";
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.equals("-h") || argument.equals("--help")) {
        return null;
      } else if (argument.equals("--log-level")) {
        if (++i == arguments.length) {
          throw new UsageException("--log-level needs a level");
        }
        logLevel = level(arguments[i]);
      } else if (argument.startsWith("--log-level=")) {
        logLevel = level(argument.substring("--log-level=".length()));
      } else if (argument.startsWith("-")) {
        throw new UsageException("unknown option " + argument);
      } else if (server != null) {
        throw new UsageException("one URL only, but there is also " + argument);
      } else {
        server = argument;
      }
    }
    if (server == null) {
      throw new UsageException("the server's URL is missing");
    }
    return new ConnectOptions(address(server), logLevel);
  }

  private static String level(String text) throws UsageException {
    return switch (text) {
      case "error", "warn", "info", "debug", "trace" -> text;
      default -> throw new UsageException("unknown log level " + text);
    };
  }

  private static URI address(String text) throws UsageException {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new UsageException("not a URL: " + text);
    }
    String scheme = uri.getScheme();
    boolean http = "http".equalsIgnoreCase(scheme);
    if (uri.getHost() == null || !(http || "https".equalsIgnoreCase(scheme))) {
      throw new UsageException("not an https URL with a host: " + text);
    }
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw new UsageException("the URL may have neither a user name nor a fragment");
    }
    if (http && !isLoopback(uri.getHost())) {
      throw new UsageException(
          "http is for loopback addresses only; a token must not travel in the clear: " + text);
    }
    return uri;
  }

  private static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost") || host.equals("[::1]") || isIpv4Loopback(host);
  }

  /** By hand: the first regular expression of a process costs milliseconds. */
  private static boolean isIpv4Loopback(String host) {
    boolean digitsAndDots = host.startsWith("127.");
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      digitsAndDots &= (c >= '0' && c <= '9') || c == '.';
    }
    return digitsAndDots;
  }
}

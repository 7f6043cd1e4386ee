package dev.latchstring.cli.connect;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.BoundedObject;
import dev.latchstring.oauth.context.McpContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;

/**
 * The command line of {@code latch connect}, read by hand: picocli would cost more time than the
 * whole first answer.
 *
 * @param server the MCP endpoint: https, or http on a loopback address
 * @param logLevel as slf4j-simple spells it
 * @param statedContext what each request states in {@code X-MCP-Context}, as JSON in ASCII; null
 *     where it states nothing
 */
record ConnectOptions(URI server, String logLevel, @Nullable String statedContext) {
  /** The variable that stands for {@code --mcp-context} where that is not given. */
  static final String CONTEXT_VARIABLE = "LATCH_MCP_CONTEXT";

  static final String USAGE =
      """
      usage: latch connect URL [--log-level LEVEL] [--mcp-context JSON]

      Connects an MCP host on standard input and output to the MCP server at URL, and
      logs in inside MCP when the server asks for it.

        URL                the server's MCP endpoint, https (http on a loopback address)
        --log-level LEVEL  error, warn, info, debug or trace on standard error; warn by default
        --mcp-context JSON what to state to the server with each request (X-MCP-Context): an
                           object of at most 4 KiB; LATCH_MCP_CONTEXT unless given
        -h, --help         this text
      """;

  /** A command line that cannot be used; the message is for the person. */
  static final class UsageException extends Exception {
    UsageException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * What was asked for, or null for {@code --help}.
   *
   * @param contextVariable the value of {@value #CONTEXT_VARIABLE}, or null
   */
  static @Nullable ConnectOptions parse(String[] arguments, @Nullable String contextVariable)
      throws UsageException {
    String server = null;
    String logLevel = "warn";
    String context = null;
    Iterator<String> rest = List.of(arguments).iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      if (argument.equals("-h") || argument.equals("--help")) {
        return null;
      } else if (is("--log-level", argument)) {
        logLevel = level(value(argument, rest));
      } else if (is("--mcp-context", argument)) {
        context = context("--mcp-context", value(argument, rest));
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
    if (context == null && contextVariable != null && !contextVariable.isEmpty()) {
      context = context(CONTEXT_VARIABLE, contextVariable);
    }
    return new ConnectOptions(address(server), logLevel, context);
  }

  private static boolean is(String option, String argument) {
    return argument.equals(option) || argument.startsWith(option + "=");
  }

  /** Behind an equals sign, or the next argument. */
  private static String value(String argument, Iterator<String> rest) throws UsageException {
    int equals = argument.indexOf('=');
    if (equals >= 0) {
      return argument.substring(equals + 1);
    }
    if (!rest.hasNext()) {
      throw new UsageException(argument + " needs a value");
    }
    return rest.next();
  }

  /** In ASCII, as a header needs it; the server measures what arrives there. */
  private static String context(String name, String text) throws UsageException {
    JsonNode object;
    try {
      object = BoundedObject.parse(name, text, McpContext.MAX_BYTES);
    } catch (OAuthException e) {
      throw new UsageException(e.description());
    }
    String ascii =
        Json.mapper()
            .writer()
            .with(JsonWriteFeature.ESCAPE_NON_ASCII)
            .writeValueAsString(object)
            .replace("\u007F", "\\u007F");
    if (ascii.length() > McpContext.MAX_BYTES) {
      throw new UsageException(
          name + " is longer than " + McpContext.MAX_BYTES + " bytes when its letters are escaped");
    }
    return ascii;
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

package dev.latchstring.cli.connect;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.mcpserver.tools.StatedContext;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.BoundedObject;
import dev.latchstring.oauth.context.McpContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;

/**
 * The command line of {@code latch connect}, read by hand: picocli would cost more time than the
 * whole first answer.
 *
 * @param server the MCP endpoint: https, or http on a loopback address
 * @param account the name of the login that is used; null for the default one
 * @param scope asked for at each login besides what the server names, as it was typed; null for
 *     nothing
 * @param flow the only way to log in: {@code code} or {@code device}, or one without a person; null
 *     leaves it open
 * @param headers what each request to the server has besides what the protocol wants, with {@code
 *     X-MCP-Context} where something is to be stated; may be secrets
 * @param pinned what was pinned of the server and its authorization server; null for nothing, so
 *     that nothing of it is loaded before the first answer
 * @param caFile a file of further certificate authorities; null for none
 * @param proxy the address of a proxy, or {@code none}; null leaves it to the environment
 * @param logLevel as slf4j-simple spells it
 * @param logFile where the log goes instead of standard error; null for there
 */
record ConnectOptions(
    URI server,
    @Nullable String account,
    @Nullable String scope,
    @Nullable String flow,
    Map<String, String> headers,
    @Nullable ServerSettings pinned,
    @Nullable String caFile,
    @Nullable String proxy,
    String logLevel,
    @Nullable String logFile) {
  /** The variable that stands for {@code --mcp-context} where that is not given. */
  static final String CONTEXT_VARIABLE = "LATCH_MCP_CONTEXT";

  static final String USAGE =
      """
      usage: latch connect URL [OPTIONS]

      Connects an MCP host on standard input and output to the MCP server at URL, and
      logs in inside MCP when the server asks for it.

        URL                 the server's MCP endpoint, https (http on a loopback address)
        --account NAME      use the login of this name, instead of the default one
        --scope "A B"       ask for these scopes at each login
        --flow FLOW         log in this way alone: code (in a browser) or device (with a code)
        --header "N: V"     send this header with each request to the server; ${VARIABLE} in the
                            value stands for an environment variable; may be repeated
        --mcp-context JSON  what to state to the server with each request (X-MCP-Context): an
                            object of at most 4 KiB; LATCH_MCP_CONTEXT unless given
        --pin NAME=VALUE    say what the servers do not say, or say wrongly; may be repeated
        --preset NAME       pin what is known of an authorization server (latch help presets)
        --ca-file FILE      trust the certificate authorities in this PEM file too
        --proxy URL         go through this proxy (default: HTTPS_PROXY and its kin; none: without)
        --log-level LEVEL   error, warn, info, debug or trace on standard error; warn by default
        --log-file FILE     log to this file instead, which is kept below 10 MiB
        -h, --help          this text
      """;

  /** A command line that cannot be used; the message is for the person. */
  static final class UsageException extends Exception {
    private final String hint;

    UsageException(String message) {
      this(message, "latch connect --help shows how it is used");
    }

    UsageException(String message, String hint) {
      super(message, null, false, false);
      this.hint = hint;
    }

    /** What to do. */
    String hint() {
      return hint;
    }
  }

  /**
   * What was asked for, or null for {@code --help}.
   *
   * @param variables the environment
   */
  static @Nullable ConnectOptions parse(String[] arguments, Map<String, String> variables)
      throws UsageException {
    String server = null;
    String account = null;
    String scope = null;
    String flow = null;
    List<String> pins = new ArrayList<>();
    String preset = null;
    String caFile = null;
    String proxy = null;
    String logLevel = "warn";
    String logFile = null;
    String context = null;
    RequestHeaders headers = new RequestHeaders(variables);
    Iterator<String> rest = List.of(arguments).iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      switch (option(argument)) {
        case "-h", "--help" -> {
          return null;
        }
        case "--account" -> account = account(value(argument, rest));
        case "--scope" -> scope = scope(value(argument, rest));
        case "--flow" -> flow = flow(value(argument, rest));
        case "--header" -> headers.add(value(argument, rest));
        case "--pin" -> pins.add(value(argument, rest));
        case "--preset" -> preset = value(argument, rest);
        case "--mcp-context" -> context = context("--mcp-context", value(argument, rest));
        case "--ca-file" -> caFile = value(argument, rest);
        case "--proxy" -> proxy = value(argument, rest);
        case "--log-level" -> logLevel = level(value(argument, rest));
        case "--log-file" -> logFile = value(argument, rest);
        default -> {
          if (argument.startsWith("-")) {
            throw new UsageException("unknown option " + argument);
          }
          if (server != null) {
            throw new UsageException("one URL only, but there is also " + argument);
          }
          server = argument;
        }
      }
    }
    if (server == null) {
      throw new UsageException("the server's URL is missing");
    }
    String contextVariable = variables.getOrDefault(CONTEXT_VARIABLE, "");
    if (context == null && !contextVariable.isEmpty()) {
      context = context(CONTEXT_VARIABLE, contextVariable);
    }
    return new ConnectOptions(
        address(server),
        account,
        scope,
        flow,
        stating(headers.read(), context),
        pins.isEmpty() && preset == null ? null : pinned(pins, preset),
        caFile,
        proxy,
        logLevel,
        logFile);
  }

  /** The option's name without a value behind an equals sign. */
  private static String option(String argument) {
    int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
    return equals < 0 ? argument : argument.substring(0, equals);
  }

  private static Map<String, String> stating(
      Map<String, String> headers, @Nullable String context) {
    if (context == null) {
      return headers;
    }
    Map<String, String> all = new HashMap<>(headers);
    all.put(StatedContext.HEADER, context);
    return all;
  }

  private static String account(String text) throws UsageException {
    if (text.isBlank() || text.length() > 64 || text.chars().anyMatch(Character::isISOControl)) {
      throw new UsageException("an account's name has 1 to 64 characters");
    }
    return text;
  }

  private static ServerSettings pinned(List<String> pins, @Nullable String preset)
      throws UsageException {
    try {
      return ServerSettings.ofOptions(pins, preset);
    } catch (ClientException e) {
      throw e.hint() == null
          ? new UsageException(e.description())
          : new UsageException(e.description(), e.hint());
    }
  }

  private static String flow(String text) throws UsageException {
    if (text.equals("challenge")) {
      throw new UsageException(
          "a login by challenge asks what no host should be told: run latch login --flow"
              + " challenge");
    }
    if (FlowName.of(text).isEmpty()) {
      throw new UsageException("there is no flow " + text + "; there are: " + FlowName.known());
    }
    return text;
  }

  /** RFC 6749 §3.3; by hand, because the class that knows it loads more. */
  private static String scope(String text) throws UsageException {
    boolean printable =
        !text.isBlank()
            && text.length() <= 4096
            && text.chars().allMatch(c -> c >= 0x20 && c < 0x7F && c != '"' && c != '\\');
    if (!printable) {
      throw new UsageException("--scope wants names separated by spaces");
    }
    return text.strip();
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

  /** Without the headers' values. */
  @Override
  public String toString() {
    return "ConnectOptions[" + server + ", " + account + ", " + headers.keySet() + "]";
  }
}

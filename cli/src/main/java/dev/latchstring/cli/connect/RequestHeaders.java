package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.stdio.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * RFC 9110 §5. Headers that the user wants each request to the server to have, from {@code NAME:
 * VALUE}. In a value, <code>${VARIABLE}</code> stands for that environment variable, so that a
 * secret need not be in the command line, which others on the machine can read.
 *
 * <p>At most {@value #MAX}, each with at most {@value #MAX_LENGTH} characters. Those that the
 * bridge or HTTP itself sets are refused.
 */
final class RequestHeaders {
  static final int MAX = 32;
  static final int MAX_LENGTH = 8192;

  private static final List<String> OURS =
      List.of(
          "accept",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "dpop",
          "expect",
          "host",
          "keep-alive",
          "last-event-id",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "x-mcp-context");

  private final Map<String, String> variables;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  RequestHeaders(Map<String, String> variables) {
    this.variables = variables;
  }

  /** Takes one more. No message of what is refused holds the value. */
  void add(String line) throws ConnectOptions.UsageException {
    int colon = line.indexOf(':');
    if (colon <= 0) {
      throw new ConnectOptions.UsageException("--header wants \"NAME: VALUE\"");
    }
    String name = line.substring(0, colon).strip();
    requireName(name);
    String value = expanded(name, line.substring(colon + 1).strip());
    if (value.length() > MAX_LENGTH
        || !value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7F))) {
      throw new ConnectOptions.UsageException(
          "the value of the header "
              + name
              + " may have "
              + MAX_LENGTH
              + " characters, all of them printable ASCII");
    }
    if (headers.putIfAbsent(name, value) != null) {
      throw new ConnectOptions.UsageException("the header " + name + " is given twice");
    }
    if (headers.size() > MAX) {
      throw new ConnectOptions.UsageException("more than " + MAX + " headers");
    }
  }

  Map<String, String> read() {
    return Map.copyOf(headers);
  }

  private static void requireName(String name) throws ConnectOptions.UsageException {
    boolean token =
        !name.isEmpty()
            && name.length() <= 256
            && name.chars()
                .allMatch(c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    if (!token) {
      throw new ConnectOptions.UsageException("--header wants \"NAME: VALUE\"");
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.equals("authorization")) {
      throw new ConnectOptions.UsageException(
          "the header Authorization is latch's own: it obtains the token and sends it");
    }
    if (OURS.contains(lower) || lower.startsWith("mcp-")) {
      throw new ConnectOptions.UsageException("the header " + name + " is set by latch itself");
    }
  }

  private String expanded(String name, String text) throws ConnectOptions.UsageException {
    StringBuilder value = new StringBuilder();
    int from = 0;
    for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", from)) {
      int close = text.indexOf('}', open);
      if (close < 0) {
        break;
      }
      String variable = text.substring(open + 2, close);
      String set = variables.get(variable);
      if (set == null) {
        throw new ConnectOptions.UsageException(
            "the header "
                + name
                + " needs the environment variable "
                + Quoted.plain(variable, 60)
                + ", which is not set");
      }
      value.append(text, from, open).append(set.strip());
      from = close + 1;
    }
    return value.append(text.substring(from)).toString();
  }
}

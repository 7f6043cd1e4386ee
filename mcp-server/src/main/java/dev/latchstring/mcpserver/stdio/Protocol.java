package dev.latchstring.mcpserver.stdio;

import java.util.List;

/**
 * The protocol versions and the reserved names of both eras, and nothing else: it loads at once.
 */
public final class Protocol {
  /** The first version without sessions. */
  public static final String STATELESS = "2026-07-28";

  /** The newest version with sessions. */
  public static final String NEWEST_SESSION = "2025-11-25";

  /** Versions that begin with {@code initialize}, newest first. */
  public static final List<String> SESSION_VERSIONS =
      List.of(NEWEST_SESSION, "2025-06-18", "2025-03-26", "2024-11-05");

  /** Everything the bridge speaks on either side, newest first. */
  public static final List<String> ALL_VERSIONS =
      List.of(STATELESS, NEWEST_SESSION, "2025-06-18", "2025-03-26", "2024-11-05");

  /** The only version whose hosts may send several messages in one array. */
  public static final String BATCHING = "2025-03-26";

  public static final String META_VERSION = "io.modelcontextprotocol/protocolVersion";
  public static final String META_CLIENT_INFO = "io.modelcontextprotocol/clientInfo";
  public static final String META_CLIENT_CAPABILITIES =
      "io.modelcontextprotocol/clientCapabilities";
  public static final String META_LOG_LEVEL = "io.modelcontextprotocol/logLevel";
  public static final String META_SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";
  public static final String META_SERVER_INFO = "io.modelcontextprotocol/serverInfo";

  /** The key under which an error or tool tells a client about a login. */
  public static final String AUTH_DATA = "dev.latchstring/auth";

  /** The key under which a tool says what it requires. */
  public static final String AUTHORIZATION = "dev.latchstring/authorization";

  /** What the methods of the extension {@link #AUTH_DATA} begin with. */
  public static final String AUTH_METHODS = "dev.latchstring/auth.";

  /** The extension's notification, and what stands for it in a subscription's filter. */
  public static final String AUTH_CHANGED = "notifications/dev.latchstring/auth.changed";

  public static final String AUTH_CHANGED_FILTER = "dev.latchstring/auth.changed";

  /** What the extension's server side declares, as JSON: its settings. */
  public static final String AUTH_SETTINGS = "{\"version\":1,\"modes\":[\"login\",\"deliver\"]}";

  /** What the command calls itself on both sides, whether it connects or runs a server. */
  public static final String NAME = "latch";

  public static final String VERSION = "0.1.0";

  /** The bridge's own tool. An upstream tool of this name is renamed. */
  public static final String LOGIN_TOOL = "latch_login";

  private Protocol() {}
}

package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.RpcError;
import org.jspecify.annotations.Nullable;

/**
 * The bridge's way to its one server, which is opened when it is first needed: over HTTP, or to a
 * process of this machine. Safe for use by many threads.
 */
public interface ServerConnection extends AutoCloseable {
  /** The server in a few words for a person, such as the host of its address. */
  String title();

  /** Makes ahead what no host is needed for. Sends nothing. */
  default void prepare() {}

  /**
   * The server, ready for a host of that face.
   *
   * @throws LoginRequired where it wants a login before anything else
   * @throws RpcError where it cannot be reached, is no MCP server, or speaks no common version
   */
  Upstream ready(HostFace face);

  /** What was opened last; null before anything was. */
  @Nullable Upstream current();

  /** Keeps what is to be heard, for what is open now and later. */
  void listen(ChangeFilter filter);

  /** Opens the server's streams again, where a missing login had ended them. */
  void listenAgain();

  /** What a request is answered whose own answer was lost, so that it may have been carried out. */
  RpcError brokenOff(String method);

  @Override
  void close();
}

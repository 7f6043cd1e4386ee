package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.stdio.Call;
import tools.jackson.databind.node.ObjectNode;

/**
 * The server's side, in one of two eras. Safe for use by many threads; each method that sends
 * blocks its thread until there is an answer.
 */
public interface Upstream extends AutoCloseable {

  /** Whether the server speaks {@link Protocol#STATELESS}. */
  boolean stateless();

  /** The version spoken with the server. */
  String version();

  /**
   * What the server said of itself: {@code capabilities}, {@code serverInfo}, {@code instructions}.
   */
  ObjectNode description();

  /**
   * Sends a request and waits for its result, in the server's era.
   *
   * @throws RpcError the server's error, or what is wrong with its answer
   * @throws LoginRequired where the server wants a login
   * @throws BrokenOff where the connection broke, so that it is not known whether the server acted
   */
  ObjectNode request(Call call);

  /** Passes on a notification of the host, where the server's era has it. */
  void tell(String method, ObjectNode params);

  /** Wants these changes to be told, and no others; replaces what was wanted before. */
  void listen(ChangeFilter filter);

  /** Takes up anew, after a sleep of the machine, what may have died unnoticed. */
  default void wake() {}

  /** Ends streams and the session. */
  @Override
  void close();

  /** Who hears what the server says outside a request. */
  interface Listener {
    void notified(ObjectNode notification);

    /** The server was lost and found: whatever it offers may have changed. */
    void restarted();

    /** Takes what the server asks outside the stream of a request. */
    Call.Conversation unrelated();
  }

  /** The connection broke after a request was sent. */
  final class BrokenOff extends RuntimeException {
    public BrokenOff() {
      super("the connection broke before the answer", null, false, false);
    }
  }
}

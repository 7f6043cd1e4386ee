package dev.latchstring.mcpserver.stdio;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One request read from the host, which gets exactly one answer, or none if it was cancelled. */
public final class HostRequest {
  private final JsonNode id;
  private final String method;
  private final ObjectNode params;
  private final Cancellation cancellation = new Cancellation();
  private final Consumer<ObjectNode> sink;
  private final Runnable onDone;
  private final boolean batched;
  private final AtomicBoolean done = new AtomicBoolean();

  /**
   * @param sink where the answer is written
   * @param onDone runs once, after the answer or the cancellation
   * @param batched whether other answers wait for this one, which then comes in any case
   */
  HostRequest(
      JsonNode id,
      String method,
      ObjectNode params,
      Consumer<ObjectNode> sink,
      Runnable onDone,
      boolean batched) {
    this.id = id;
    this.method = method;
    this.params = params;
    this.sink = sink;
    this.onDone = onDone;
    this.batched = batched;
  }

  public JsonNode id() {
    return id;
  }

  public String method() {
    return method;
  }

  public ObjectNode params() {
    return params;
  }

  public Cancellation cancellation() {
    return cancellation;
  }

  boolean isDone() {
    return done.get();
  }

  public void succeed(ObjectNode result) {
    finish(JsonRpc.result(id, result));
  }

  public void fail(RpcError error) {
    finish(JsonRpc.error(id, error));
  }

  /** MCP, "Cancellation": the work is stopped and no answer is written. */
  public void cancel() {
    if (batched) {
      fail(new RpcError(RpcError.ABANDONED, "the request was cancelled"));
    } else if (done.compareAndSet(false, true)) {
      onDone.run();
    }
    cancellation.cancel();
  }

  private void finish(ObjectNode response) {
    if (done.compareAndSet(false, true)) {
      try {
        sink.accept(response);
      } finally {
        onDone.run();
      }
    }
  }
}

package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a server says and asks of itself in a session, and the host's answers to it. */
final class Incoming {
  /** The most questions at once; a server that asks more is told so. */
  private static final int MAX_QUESTIONS = 256;

  private final ServerSession.Listener listener;
  private final Consumer<ObjectNode> post;
  private final Map<JsonNode, Cancellation> questions = new ConcurrentHashMap<>();

  /**
   * @param post sends a message to the server
   */
  Incoming(ServerSession.Listener listener, Consumer<ObjectNode> post) {
    this.listener = listener;
    this.post = post;
  }

  /** Takes a notification or a request of the server. */
  void receive(ObjectNode message, Call.Conversation conversation) {
    String method = JsonRpc.textAt(message, "method");
    ObjectNode params = JsonRpc.objectAt(message, "params");
    JsonNode id = message.get("id");
    if (method == null) {
      return;
    }
    if (JsonRpc.isId(id)) {
      Thread.ofVirtual().start(() -> answer(id, method, params, conversation));
    } else if (method.equals("notifications/cancelled")) {
      Cancellation question = questions.get(params.path("requestId"));
      if (question != null) {
        question.cancel();
      }
    } else if (method.endsWith("/list_changed")
        || method.equals("notifications/resources/updated")) {
      listener.notified(message);
    } else {
      conversation.tell(message);
    }
  }

  /** Ends the questions that are open. */
  void abandon() {
    questions.values().forEach(Cancellation::cancel);
  }

  private void answer(
      JsonNode id, String method, ObjectNode params, Call.Conversation conversation) {
    if (questions.size() >= MAX_QUESTIONS) {
      post.accept(
          JsonRpc.error(id, new RpcError(RpcError.UNAVAILABLE, "too many questions at once")));
      return;
    }
    Cancellation cancellation = new Cancellation();
    questions.put(id, cancellation);
    try {
      ObjectNode result =
          method.equals("ping") ? JsonRpc.object() : conversation.ask(method, params, cancellation);
      post.accept(JsonRpc.result(id, result));
    } catch (RpcError e) {
      if (!cancellation.isCancelled()) {
        post.accept(JsonRpc.error(id, e));
      }
    } finally {
      questions.remove(id);
    }
  }
}

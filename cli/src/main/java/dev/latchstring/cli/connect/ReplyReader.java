package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.IOException;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the response to one request in what the server sends. */
final class ReplyReader {
  private final URI server;
  private final JsonNode id;
  private final Consumer<ObjectNode> others;

  /**
   * @param others takes every other message: notifications, and requests of the server
   */
  ReplyReader(URI server, JsonNode id, Consumer<ObjectNode> others) {
    this.server = server;
    this.id = id;
    this.others = others;
  }

  /**
   * The response in a body of JSON.
   *
   * @throws RpcError where it is not JSON-RPC
   */
  ObjectNode document(UpstreamHttp.Reply reply) throws IOException {
    JsonNode body = reply.contentType().endsWith("json") ? JsonRpc.parse(reply.body()) : null;
    ObjectNode response = body == null ? null : take(body);
    if (response == null) {
      throw UpstreamFault.notMcp(server, reply.status(), reply.contentType());
    }
    return response;
  }

  /** The response in a stream, or null where the stream ends without it. */
  @Nullable ObjectNode stream(EventStream events) throws IOException {
    for (byte[] data = events.next(); data != null; data = events.next()) {
      JsonNode message = JsonRpc.parse(data);
      ObjectNode response = message == null ? null : take(message);
      if (response != null) {
        return response;
      }
    }
    return null;
  }

  /** The result of a response. */
  static ObjectNode result(ObjectNode response) {
    if (response.has("error")) {
      throw JsonRpc.readError(response.path("error"));
    }
    return JsonRpc.objectAt(response, "result");
  }

  /** In 2025-03-26 a server may send several messages in one array. */
  private @Nullable ObjectNode take(JsonNode message) {
    ObjectNode response = null;
    if (message instanceof ArrayNode batch) {
      for (JsonNode one : batch) {
        ObjectNode found = one.isArray() ? null : take(one);
        response = found == null ? response : found;
      }
    } else if (message instanceof ObjectNode object) {
      if (object.has("method")) {
        others.accept(object);
      } else if (isOurs(object)) {
        response = object;
      }
    }
    return response;
  }

  /** An error without an id can only be about the one request of this exchange. */
  private boolean isOurs(ObjectNode response) {
    JsonNode theirs = response.path("id");
    boolean nameless = theirs.isMissingNode() || theirs.isNull();
    return theirs.equals(id)
        || (theirs.isNumber() && id.isNumber() && theirs.asString().equals(id.asString()))
        || (nameless && response.has("error"));
  }
}

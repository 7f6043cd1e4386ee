package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RequestMeta;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP 2026-07-28, "Multi Round-Trip Requests", for a host of the session era: what the server wants
 * to know is asked of the host, and the request sent again with the answers, until it is done.
 */
public final class InputRounds {
  private static final int MAX_ROUNDS = 32;

  private InputRounds() {}

  /**
   * @param send sends one round to the server
   * @throws RpcError where the server asks what the host cannot answer, or asks too often
   */
  public static ObjectNode request(Call call, Function<Call, ObjectNode> send) {
    ObjectNode params = withMeta(call);
    for (int round = 0; round < MAX_ROUNDS; round++) {
      ObjectNode result = send.apply(call.withParams(params));
      boolean more = "input_required".equals(JsonRpc.textAt(result, "resultType"));
      if (!more || call.face().stateless()) {
        return result;
      }
      params = answered(call, params, result);
    }
    throw new RpcError(
        RpcError.INTERNAL, "the server asked " + MAX_ROUNDS + " times and still has no answer");
  }

  private static ObjectNode withMeta(Call call) {
    if (call.face().stateless()) {
      return call.params();
    }
    ObjectNode params = call.params().deepCopy();
    params.set("_meta", RequestMeta.of(call.face(), JsonRpc.objectAt(call.params(), "_meta")));
    return params;
  }

  /** Asks the host, and builds the next round. */
  private static ObjectNode answered(Call call, ObjectNode params, ObjectNode result) {
    Map<String, Future<ObjectNode>> answers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry :
        JsonRpc.objectAt(result, "inputRequests").properties()) {
      String method = JsonRpc.textAt(entry.getValue(), "method");
      ObjectNode question = JsonRpc.objectAt(entry.getValue(), "params").deepCopy();
      FutureTask<ObjectNode> answer = new FutureTask<>(() -> ask(call, method, question));
      answers.put(entry.getKey(), answer);
      Thread.ofVirtual().start(answer);
    }
    ObjectNode next = params.deepCopy();
    next.remove("inputResponses");
    next.remove("requestState");
    if (!answers.isEmpty()) {
      ObjectNode responses = next.putObject("inputResponses");
      answers.forEach((key, answer) -> responses.set(key, await(answer)));
    }
    String state = JsonRpc.textAt(result, "requestState");
    if (state != null) {
      next.put("requestState", state);
    } else if (answers.isEmpty()) {
      throw new RpcError(RpcError.INTERNAL, "the server wants input and does not say which");
    }
    return next;
  }

  private static ObjectNode ask(Call call, @Nullable String method, ObjectNode question) {
    if (method == null || !call.face().canAnswer(method, question)) {
      throw new RpcError(
          RpcError.INTERNAL, "the server asks what the host cannot answer: " + method);
    }
    return call.conversation().ask(method, question, call.cancellation());
  }

  private static ObjectNode await(Future<ObjectNode> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RpcError error
          ? error
          : new RpcError(RpcError.INTERNAL, "the host could not be asked");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcError(RpcError.ABANDONED, "interrupted");
    }
  }
}

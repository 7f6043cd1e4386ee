package dev.latchstring.mcpserver.stdio;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The host's side: lines in, lines out, and who waits for what. It knows JSON-RPC and nothing of
 * MCP's methods.
 *
 * <p>At most {@value #MAX_IN_FLIGHT} requests are in work at once; one more is refused rather than
 * queued, because a queue would also hold up the answers and cancellations behind it.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
public final class HostChannel {
  public static final int MAX_IN_FLIGHT = 256;

  /** How long the host's person may take to answer a question. */
  private static final long MAX_QUESTION_MINUTES = 30;

  /** Who takes what the host sends. Both are called on the reading thread and must not block. */
  public interface Receiver {
    void requested(HostRequest request);

    void notified(String method, ObjectNode params);

    /** Whether the host's version lets it send several messages in one array. */
    boolean acceptsBatches();
  }

  private static final Logger LOG = LoggerFactory.getLogger(HostChannel.class);

  private final LineReader in;
  private final OutputStream out;
  private final ReentrantLock writing = new ReentrantLock();
  private final Map<JsonNode, HostRequest> inFlight = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<ObjectNode>> questions = new ConcurrentHashMap<>();
  private final AtomicLong nextQuestion = new AtomicLong();

  public HostChannel(LineReader in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /** Reads until the host closes its end. */
  public void run(Receiver receiver) {
    try {
      for (LineReader.Line line = in.next(); line != null; line = in.next()) {
        if (!line.isBlank()) {
          receive(line, receiver);
        }
      }
    } catch (IOException e) {
      LOG.debug("the host's stream broke", e);
    }
    questions
        .values()
        .forEach(question ->
            question.completeExceptionally(
                new RpcError(RpcError.ABANDONED, "the host closed the connection")));
  }

  public void receive(LineReader.Line line, Receiver receiver) {
    JsonNode message = line.truncated() ? null : JsonRpc.parse(line.bytes());
    // No switch: a process' first one over types makes classes, and a host waits.
    if (message instanceof ObjectNode single) {
      receiveOne(single, this::send, receiver, false);
    } else if (message instanceof ArrayNode batch) {
      receiveBatch(batch, receiver);
    } else if (message == null) {
      refuseLine(line);
    } else {
      send(invalid(NullNode.instance, "a message must be an object"));
    }
  }

  /** Writes one message. A host that reads no more is noticed by its closed input, not here. */
  public void send(JsonNode message) {
    byte[] line = JsonRpc.bytes(message);
    writing.lock();
    try {
      out.write(line);
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      LOG.debug("the host does not read any more", e);
    } finally {
      writing.unlock();
    }
  }

  /**
   * Asks the host and waits for its answer.
   *
   * @throws RpcError the host's error, a cancellation, or no answer within half an hour
   */
  public ObjectNode ask(String method, ObjectNode params, Cancellation cancellation) {
    String id = "latch-" + nextQuestion.incrementAndGet();
    CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
    questions.put(id, answer);
    Runnable abandon = () -> abandon(id, answer);
    try (var registration = cancellation.onCancel(abandon)) {
      if (!answer.isDone()) {
        send(JsonRpc.request(StringNode.valueOf(id), method, params));
      }
      return answer.get(MAX_QUESTION_MINUTES, TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RpcError error
          ? error
          : new RpcError(RpcError.INTERNAL, "the host's answer could not be read");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abandon.run();
      throw new RpcError(RpcError.ABANDONED, "interrupted while the host was asked");
    } catch (TimeoutException e) {
      abandon.run();
      throw new RpcError(RpcError.ABANDONED, "the host did not answer " + method);
    } finally {
      questions.remove(id);
    }
  }

  /** How many requests have no answer yet. */
  public int unanswered() {
    return inFlight.size();
  }

  public @Nullable HostRequest find(JsonNode id) {
    return inFlight.get(id);
  }

  /** Answers everything that has no answer yet, and stops its work. */
  public void failAll(RpcError error) {
    for (HostRequest request : List.copyOf(inFlight.values())) {
      request.fail(error);
      request.cancellation().cancel();
    }
  }

  private void abandon(String id, CompletableFuture<ObjectNode> answer) {
    if (answer.completeExceptionally(new RpcError(RpcError.ABANDONED, "no longer needed"))) {
      ObjectNode params = JsonRpc.object().put("requestId", id);
      send(
          JsonRpc.notification(
              "notifications/cancelled", params.put("reason", "no longer needed")));
    }
  }

  private void receiveOne(
      ObjectNode message, Consumer<ObjectNode> sink, Receiver receiver, boolean batched) {
    JsonNode id = message.get("id");
    String method = JsonRpc.textAt(message, "method");
    if (!"2.0".equals(JsonRpc.textAt(message, "jsonrpc"))) {
      sink.accept(invalid(id, "the member \"jsonrpc\" must be \"2.0\""));
    } else if (method == null && (message.has("result") || message.has("error"))) {
      answered(message);
    } else if (method == null) {
      sink.accept(invalid(id, "the member \"method\" must be a string"));
    } else if (message.has("params") && !message.path("params").isObject()) {
      sink.accept(invalid(id, "the member \"params\" must be an object"));
    } else if (id == null) {
      receiver.notified(method, JsonRpc.objectAt(message, "params"));
    } else if (!JsonRpc.isId(id)) {
      sink.accept(invalid(id, "the member \"id\" must be a string or an integer"));
    } else {
      ObjectNode params = JsonRpc.objectAt(message, "params");
      Runnable onDone = () -> inFlight.remove(id);
      admit(new HostRequest(id, method, params, sink, onDone, batched), sink, receiver);
    }
  }

  /** Whether {@link #receiveOne} leads to an answer. */
  private static boolean isAnswered(JsonNode message) {
    String method = JsonRpc.textAt(message, "method");
    if (!message.isObject() || !"2.0".equals(JsonRpc.textAt(message, "jsonrpc"))) {
      return true;
    }
    if (method == null) {
      return !message.has("result") && !message.has("error");
    }
    return message.has("id") || (message.has("params") && !message.path("params").isObject());
  }

  private void admit(HostRequest request, Consumer<ObjectNode> sink, Receiver receiver) {
    JsonNode id = request.id();
    if (inFlight.size() >= MAX_IN_FLIGHT) {
      String full = "too many requests at once; the limit is " + MAX_IN_FLIGHT;
      sink.accept(JsonRpc.error(id, new RpcError(RpcError.UNAVAILABLE, full)));
    } else if (inFlight.putIfAbsent(id, request) != null) {
      sink.accept(invalid(id, "a request with this id has no answer yet"));
    } else {
      receiver.requested(request);
    }
  }

  private void answered(ObjectNode message) {
    JsonNode id = message.path("id");
    CompletableFuture<ObjectNode> question = id.isString() ? questions.get(id.stringValue()) : null;
    if (question == null) {
      LOG.debug("the host answered a question that nobody asked");
    } else if (message.has("error")) {
      question.completeExceptionally(JsonRpc.readError(message.path("error")));
    } else {
      question.complete(JsonRpc.objectAt(message, "result"));
    }
  }

  /** JSON-RPC 2.0 §6: the answers of an array come in one array, when the last one is there. */
  private void receiveBatch(ArrayNode batch, Receiver receiver) {
    if (batch.isEmpty()) {
      send(invalid(NullNode.instance, "an empty array"));
      return;
    }
    if (!receiver.acceptsBatches()) {
      String reason = "messages in an array exist in " + Protocol.BATCHING + " only";
      for (JsonNode message : batch) {
        if (message.has("method") && message.has("id")) {
          send(invalid(message.get("id"), reason));
        }
      }
      return;
    }
    List<ObjectNode> answers = new ArrayList<>();
    ReentrantLock lock = new ReentrantLock();
    int[] expected = {0};
    for (JsonNode message : batch) {
      expected[0] += isAnswered(message) ? 1 : 0;
    }
    Consumer<ObjectNode> collect =
        answer -> {
          lock.lock();
          try {
            answers.add(answer);
            if (answers.size() == expected[0]) {
              ArrayNode all = JsonRpc.array();
              answers.forEach(all::add);
              send(all);
            }
          } finally {
            lock.unlock();
          }
        };
    for (JsonNode message : batch) {
      if (message instanceof ObjectNode object) {
        receiveOne(object, collect, receiver, true);
      } else {
        collect.accept(invalid(NullNode.instance, "a message must be an object"));
      }
    }
  }

  private void refuseLine(LineReader.Line line) {
    if (line.truncated()) {
      JsonNode id = OversizedLine.id(line.bytes());
      String message = "a message may have " + JsonRpc.MAX_MESSAGE + " bytes at most";
      send(invalid(id, message));
    } else {
      String text = new String(line.bytes(), StandardCharsets.UTF_8);
      LOG.debug("not JSON, {} characters", text.length());
      send(
          JsonRpc.error(
              NullNode.instance, new RpcError(RpcError.PARSE, "the line is not one JSON value")));
    }
  }

  private static ObjectNode invalid(@Nullable JsonNode id, String message) {
    JsonNode answerable = id != null && JsonRpc.isId(id) ? id : NullNode.instance;
    return JsonRpc.error(answerable, new RpcError(RpcError.INVALID_REQUEST, message));
  }
}

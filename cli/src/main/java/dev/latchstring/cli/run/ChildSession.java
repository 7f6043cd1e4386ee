package dev.latchstring.cli.run;

import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.LineReader;
import dev.latchstring.mcpserver.stdio.OversizedLine;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON-RPC 2.0 with one process: who waits for which answer, and what the process says and asks
 * unasked. A line that is no message goes to standard error, never to the host.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
final class ChildSession implements ChildProcess.Receiver {
  /** Questions of the process that wait for the host. */
  static final int MAX_QUESTIONS = 64;

  /** Lines that are no messages, shown of one process. */
  static final int MAX_STRAY = 200;

  private static final Logger LOG = LoggerFactory.getLogger(ChildSession.class);

  private record Waiting(CompletableFuture<ObjectNode> answer, @Nullable Call call) {}

  private final Upstream.Listener listener;
  private final Map<JsonNode, Waiting> waiting = new ConcurrentHashMap<>();
  private final Map<JsonNode, Cancellation> questions = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong();
  private final AtomicInteger stray = new AtomicInteger();
  private final CompletableFuture<ChildProcess> process = new CompletableFuture<>();
  private volatile boolean over;
  private volatile @Nullable LongNode subscription;

  ChildSession(Upstream.Listener listener) {
    this.listener = listener;
  }

  /** The process that this session is with. Once, before anything is sent. */
  void with(ChildProcess started) {
    process.complete(started);
  }

  ChildProcess process() {
    return process.join();
  }

  /** Whether the process has ended, so that nothing can be sent any more. */
  boolean isOver() {
    return over;
  }

  /**
   * Sends a request of a host and waits for its result.
   *
   * @throws RpcError the process's error, a cancellation, or that the process does not read
   * @throws Upstream.BrokenOff where it ended without an answer
   */
  ObjectNode request(Call call) {
    LongNode id = id();
    Waiting entry = new Waiting(new CompletableFuture<>(), call);
    waiting.put(id, entry);
    // Registered first: a host may cancel while the request is on its way.
    try (var registration = call.cancellation().onCancel(() -> cancel(id, entry))) {
      call.cancellation().check();
      post(JsonRpc.request(id, call.method(), call.params()), id);
      return result(entry.answer().get());
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcError(RpcError.ABANDONED, "interrupted");
    } finally {
      waiting.remove(id);
    }
  }

  /**
   * Sends a request of our own.
   *
   * @throws TimeoutException where there is no answer after that time
   */
  ObjectNode request(String method, ObjectNode params, Duration patience) throws TimeoutException {
    LongNode id = id();
    Waiting entry = new Waiting(new CompletableFuture<>(), null);
    waiting.put(id, entry);
    try {
      post(JsonRpc.request(id, method, params), id);
      return result(entry.answer().get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcError(RpcError.ABANDONED, "interrupted");
    } finally {
      waiting.remove(id);
    }
  }

  /** Sends a notification; that the process does not read it is only logged. */
  void tell(String method, @Nullable ObjectNode params) {
    if (!process().send(JsonRpc.bytes(JsonRpc.notification(method, params)))) {
      LOG.info("the program does not read {}", method);
    }
  }

  /** MCP 2026-07-28, "Subscriptions": replaces the one there was; null for none. */
  void listen(@Nullable ObjectNode params) {
    LongNode before = subscription;
    subscription = null;
    if (before != null) {
      tell("notifications/cancelled", JsonRpc.object().set("requestId", before));
    }
    if (params != null) {
      LongNode id = id();
      subscription = id;
      process().send(JsonRpc.bytes(JsonRpc.request(id, "subscriptions/listen", params)));
    }
  }

  @Override
  public void line(LineReader.Line line) {
    JsonNode message = line.truncated() ? null : JsonRpc.parse(line.bytes());
    if (line.truncated() && fail(OversizedLine.id(line.bytes()))) {
      return;
    }
    switch (message) {
      case ObjectNode single when isMessage(single) -> receive(single);
      case ArrayNode batch -> receiveAll(batch);
      case null, default -> show(line);
    }
  }

  @Override
  public void ended() {
    over = true;
    process.join();
    waiting
        .values()
        .forEach(entry -> entry.answer().completeExceptionally(new Upstream.BrokenOff()));
    questions.values().forEach(Cancellation::cancel);
  }

  private LongNode id() {
    return LongNode.valueOf(nextId.incrementAndGet());
  }

  private void post(ObjectNode message, LongNode id) {
    if (over) {
      throw new Upstream.BrokenOff();
    }
    if (!process().send(JsonRpc.bytes(message))) {
      throw new RpcError(
          RpcError.UNAVAILABLE, "the program does not read what it is sent; nothing was done");
    }
    Waiting entry = waiting.get(id);
    // The end may have come between the two, and would not be told again.
    if (over && entry != null) {
      entry.answer().completeExceptionally(new Upstream.BrokenOff());
    }
  }

  private void cancel(LongNode id, Waiting entry) {
    RpcError abandoned = new RpcError(RpcError.ABANDONED, "the request was cancelled");
    if (entry.answer().completeExceptionally(abandoned)) {
      ObjectNode params = JsonRpc.object().put("reason", "the host cancelled the request");
      params.set("requestId", id);
      tell("notifications/cancelled", params);
    }
  }

  private static RuntimeException failure(ExecutionException e) {
    return e.getCause() instanceof RuntimeException known
        ? known
        : new RpcError(RpcError.INTERNAL, "the program's answer could not be read");
  }

  private static ObjectNode result(ObjectNode response) {
    if (response.has("error")) {
      throw JsonRpc.readError(response.path("error"));
    }
    return JsonRpc.objectAt(response, "result");
  }

  private static boolean isMessage(ObjectNode message) {
    return "2.0".equals(JsonRpc.textAt(message, "jsonrpc"))
        && (message.has("method") || message.has("result") || message.has("error"));
  }

  /** An answer that is too long is an answer: whoever waits for it hears that. */
  private boolean fail(JsonNode id) {
    Waiting entry = find(id);
    if (entry == null) {
      return false;
    }
    String message = "the program's answer has more than " + JsonRpc.MAX_MESSAGE + " bytes";
    entry.answer().completeExceptionally(new RpcError(RpcError.UPSTREAM, message));
    return true;
  }

  private void show(LineReader.Line line) {
    int number = stray.incrementAndGet();
    if (number == 1) {
      LOG.warn("the program writes lines to standard output that are no MCP messages:");
    }
    if (number <= MAX_STRAY) {
      process().show(line);
    } else if (number == MAX_STRAY + 1) {
      LOG.warn("further lines of the program that are no MCP messages are left out");
    }
  }

  /** In 2025-03-26 a server may send several messages in one array. */
  private void receiveAll(ArrayNode batch) {
    for (JsonNode one : batch) {
      if (one instanceof ObjectNode message && isMessage(message)) {
        receive(message);
      }
    }
  }

  private void receive(ObjectNode message) {
    String method = JsonRpc.textAt(message, "method");
    JsonNode id = message.get("id");
    if (method == null) {
      answered(message, id);
    } else if (id != null && JsonRpc.isId(id)) {
      ask(id, method, JsonRpc.objectAt(message, "params"));
    } else {
      told(method, message);
    }
  }

  private void answered(ObjectNode response, @Nullable JsonNode id) {
    Waiting entry = id == null ? null : find(id);
    if (entry != null) {
      entry.answer().complete(response);
    } else if (subscription != null) {
      LOG.debug("the program tells no changes any more");
    } else {
      LOG.info("the program answered a request that nobody waits for");
    }
  }

  /** A number may come back in another size, or as text. */
  private @Nullable Waiting find(JsonNode id) {
    Waiting entry = waiting.get(id);
    if (entry == null && id.canConvertToLong() && id.isIntegralNumber()) {
      entry = waiting.get(LongNode.valueOf(id.longValue()));
    }
    return entry;
  }

  private void told(String method, ObjectNode notification) {
    if (method.equals("notifications/cancelled")) {
      JsonNode id = JsonRpc.objectAt(notification, "params").path("requestId");
      Cancellation question = questions.get(id);
      if (question != null) {
        question.cancel();
      }
    } else if (method.endsWith("/list_changed")
        || method.equals("notifications/resources/updated")) {
      listener.notified(withoutSubscription(notification));
    } else if (!method.equals("notifications/subscriptions/acknowledged")) {
      conversation().tell(notification);
    }
  }

  private static ObjectNode withoutSubscription(ObjectNode notification) {
    if (notification.get("params") instanceof ObjectNode params
        && params.get("_meta") instanceof ObjectNode meta) {
      meta.remove(Protocol.META_SUBSCRIPTION);
      if (meta.isEmpty()) {
        params.remove("_meta");
      }
    }
    return notification;
  }

  private void ask(JsonNode id, String method, ObjectNode params) {
    if (questions.size() >= MAX_QUESTIONS) {
      RpcError full = new RpcError(RpcError.UNAVAILABLE, "too many questions at once");
      process().send(JsonRpc.bytes(JsonRpc.error(id, full)));
      return;
    }
    Cancellation cancellation = new Cancellation();
    questions.put(id, cancellation);
    Call.Conversation conversation = conversation();
    Supplier<ObjectNode> answer =
        () ->
            method.equals("ping")
                ? JsonRpc.object()
                : conversation.ask(method, params, cancellation);
    Thread.ofVirtual().start(() -> reply(id, answer, cancellation));
  }

  private void reply(JsonNode id, Supplier<ObjectNode> answer, Cancellation cancellation) {
    ObjectNode response;
    try {
      response = JsonRpc.result(id, answer.get());
    } catch (RpcError e) {
      response = JsonRpc.error(id, e);
    } catch (RuntimeException e) {
      LOG.warn("a question of the program could not be passed on", e);
      response = JsonRpc.error(id, new RpcError(RpcError.INTERNAL, "latch failed"));
    } finally {
      questions.remove(id);
    }
    if (!cancellation.isCancelled()) {
      process().send(JsonRpc.bytes(response));
    }
  }

  /** On stdio nothing says which request a message belongs to, unless there is only one. */
  private Call.Conversation conversation() {
    List<Call> calls = new ArrayList<>();
    for (Waiting entry : waiting.values()) {
      if (entry.call() != null) {
        calls.add(entry.call());
      }
    }
    return calls.size() == 1 ? calls.getFirst().conversation() : listener.unrelated();
  }
}

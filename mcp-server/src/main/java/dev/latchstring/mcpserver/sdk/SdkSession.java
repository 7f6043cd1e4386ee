package dev.latchstring.mcpserver.sdk;

import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One session of the SDK's server, in this process: messages go in and out as objects, and what the
 * server asks meanwhile goes to the conversation that the session is for.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
final class SdkSession implements McpServerTransport {
  private static final Logger LOG = LoggerFactory.getLogger(SdkSession.class);

  private final McpJsonMapper json;
  private final Call.Conversation conversation;
  private final McpServerSession session;
  private final Map<Object, CompletableFuture<JSONRPCResponse>> pending = new ConcurrentHashMap<>();
  private final Cancellation end = new Cancellation();
  private final AtomicLong nextId = new AtomicLong();

  /**
   * @param conversation takes what the server says and asks
   */
  SdkSession(McpServerSession.Factory factory, McpJsonMapper json, Call.Conversation conversation) {
    this.json = json;
    this.conversation = conversation;
    this.session = factory.create(this);
  }

  /** The server's answer to {@code initialize}: what it says of itself. */
  ObjectNode describe() {
    ObjectNode params = JsonRpc.object().put("protocolVersion", Protocol.NEWEST_SESSION);
    params.putObject("capabilities");
    params.putObject("clientInfo").put("name", "latchstring").put("version", Protocol.VERSION);
    return request("initialize", params, McpTransportContext.EMPTY, end);
  }

  /** Begins, for this host; {@link #describe} has gone before. */
  SdkSession open(HostFace face) {
    ObjectNode info = face.clientInfo().deepCopy();
    if (!info.path("name").isString()) {
      info.put("name", face.name());
    }
    if (!info.path("version").isString()) {
      info.put("version", "0");
    }
    session.init(
        json.convertValue(face.capabilities(), McpSchema.ClientCapabilities.class),
        json.convertValue(info, McpSchema.Implementation.class));
    if (face.logLevel() != null) {
      session.setMinLoggingLevel(level(face.logLevel()));
    }
    tell("notifications/initialized", JsonRpc.object());
    return this;
  }

  private static McpSchema.LoggingLevel level(String name) {
    for (McpSchema.LoggingLevel level : McpSchema.LoggingLevel.values()) {
      if (level.name().equalsIgnoreCase(name)) {
        return level;
      }
    }
    return McpSchema.LoggingLevel.INFO;
  }

  /**
   * Sends a request and waits for its result.
   *
   * @throws RpcError the server's error, or the cancellation's
   */
  ObjectNode request(
      String method, ObjectNode params, McpTransportContext context, Cancellation cancellation) {
    String id = Long.toString(nextId.incrementAndGet());
    CompletableFuture<JSONRPCResponse> answer = new CompletableFuture<>();
    pending.put(id, answer);
    Runnable abandon =
        () ->
            answer.completeExceptionally(
                new RpcError(RpcError.ABANDONED, "the request was cancelled"));
    Disposable work = null;
    try (var first = cancellation.onCancel(abandon);
        var second = end.onCancel(abandon)) {
      work =
          session
              .handle(new JSONRPCRequest(method, id, params))
              .contextWrite(known -> known.put(McpTransportContext.KEY, context))
              .subscribe(none -> {}, answer::completeExceptionally);
      return result(answer.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RpcError error) {
        throw error;
      }
      LOG.warn("{} failed", method, e.getCause());
      throw new RpcError(RpcError.INTERNAL, "the server failed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcError(RpcError.ABANDONED, "interrupted");
    } finally {
      pending.remove(id);
      if (work != null) {
        work.dispose();
      }
    }
  }

  private ObjectNode result(JSONRPCResponse response) {
    JSONRPCError error = response.error();
    if (error != null) {
      throw JsonRpc.readError(json.convertValue(error, JsonNode.class));
    }
    Object result = response.result();
    return result == null ? JsonRpc.object() : json.convertValue(result, ObjectNode.class);
  }

  /** Passes on a notification of the host. */
  void tell(String method, ObjectNode params) {
    session
        .handle(new JSONRPCNotification(method, params))
        .subscribe(none -> {}, error -> LOG.warn("{} failed", method, error));
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.fromRunnable(() -> deliver(message));
  }

  private void deliver(JSONRPCMessage message) {
    switch (message) {
      case JSONRPCResponse response -> {
        CompletableFuture<JSONRPCResponse> waiting =
            pending.remove(Objects.requireNonNullElse(response.id(), ""));
        if (waiting != null) {
          waiting.complete(response);
        }
      }
      case JSONRPCNotification told ->
          conversation.tell(JsonRpc.notification(told.method(), params(told.params())));
      case JSONRPCRequest question -> Thread.ofVirtual().start(() -> ask(question));
      default -> LOG.warn("the server sent {}", message.getClass().getSimpleName());
    }
  }

  private @Nullable ObjectNode params(@Nullable Object params) {
    return params == null ? null : json.convertValue(params, ObjectNode.class);
  }

  private void ask(JSONRPCRequest question) {
    JSONRPCResponse answer;
    try {
      ObjectNode params = params(question.params());
      ObjectNode result =
          conversation.ask(question.method(), params == null ? JsonRpc.object() : params, end);
      answer = JSONRPCResponse.result(question.id(), result);
    } catch (RpcError e) {
      answer =
          JSONRPCResponse.error(question.id(), new JSONRPCError(e.code(), e.message(), e.data()));
    }
    session.handle(answer).subscribe(none -> {}, error -> LOG.warn("an answer was lost", error));
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return json.convertValue(data, type);
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(this::close);
  }

  @Override
  public void close() {
    end.cancel();
  }

  /** Lets the server forget the session, too. */
  void over() {
    end.cancel();
    session.close();
  }
}

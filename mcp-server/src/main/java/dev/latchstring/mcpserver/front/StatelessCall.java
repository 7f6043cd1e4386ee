package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.HostRequest;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call of a stateless host that may outlive its request: where a server with a session asks
 * something in the middle of it, the request is answered {@code input_required}, and the repeated
 * request takes the call over.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
public final class StatelessCall implements Call.Conversation {
  /** How long a server's question waits for the host to come back. */
  static final long QUESTION_MINUTES = 10;

  private record Question(String method, ObjectNode params, CompletableFuture<ObjectNode> answer) {}

  private final String id;
  private final Consumer<ObjectNode> out;
  private final Supplier<String> state;
  private final Cancellation cancellation = new Cancellation();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Question> questions = new LinkedHashMap<>();
  private final Call call;
  private volatile @Nullable HostRequest bound;
  private @Nullable Consumer<HostRequest> outcome;
  private int asked;

  /**
   * @param out writes to the host
   * @param state seals this call's identity into a {@code requestState}
   */
  StatelessCall(
      String id,
      HostRequest request,
      HostFace face,
      Consumer<ObjectNode> out,
      Supplier<String> state) {
    this.id = id;
    this.out = out;
    this.state = state;
    this.call = new Call(request.method(), request.params(), face, cancellation, this);
    bind(request);
  }

  String id() {
    return id;
  }

  Call call() {
    return call;
  }

  /**
   * Whether a server's question outside a stream could be about this call. Not where it has its
   * result, which a host that was asked something else has still to fetch.
   */
  boolean canBeAsked() {
    lock.lock();
    try {
      return outcome == null && call.mayAskPerson() && !cancellation.isCancelled();
    } finally {
      lock.unlock();
    }
  }

  void cancel() {
    cancellation.cancel();
  }

  /**
   * The result or error, for the request that is there now or comes next.
   *
   * @return whether a request was there
   */
  boolean finish(Consumer<HostRequest> answer) {
    HostRequest request;
    lock.lock();
    try {
      request = bound;
      outcome = answer;
    } finally {
      lock.unlock();
    }
    if (request != null) {
      answer.accept(request);
    }
    return request != null;
  }

  /**
   * The host came back with answers.
   *
   * @return whether it got the call's outcome, which was waiting for it
   */
  boolean resume(HostRequest request, ObjectNode responses) {
    Consumer<HostRequest> finished;
    ObjectNode more = null;
    lock.lock();
    try {
      finished = outcome;
      questions
          .entrySet()
          .removeIf(entry -> {
            boolean answered = responses.get(entry.getKey()) instanceof ObjectNode;
            if (answered) {
              entry.getValue().answer().complete(JsonRpc.objectAt(responses, entry.getKey()));
            }
            return answered;
          });
      if (finished == null && !questions.isEmpty()) {
        more = inputRequired();
      } else {
        bind(request);
      }
    } finally {
      lock.unlock();
    }
    if (finished != null) {
      finished.accept(request);
    } else if (more != null) {
      request.succeed(more);
    }
    return finished != null;
  }

  @Override
  public void tell(ObjectNode notification) {
    String method = String.valueOf(JsonRpc.textAt(notification, "method"));
    boolean wanted =
        switch (method) {
          case "notifications/progress" -> true;
          case "notifications/message" -> isLogWanted(JsonRpc.objectAt(notification, "params"));
          default -> false;
        };
    if (wanted) {
      out.accept(notification);
    }
  }

  @Override
  public ObjectNode ask(String method, ObjectNode params, Cancellation given) {
    if (!call.mayAskPerson() || !call.face().canAnswer(method, params)) {
      throw new RpcError(
          RpcError.METHOD_NOT_FOUND,
          "the host speaks " + Protocol.STATELESS + " and cannot answer " + method + " here");
    }
    ObjectNode question = params.deepCopy();
    question.remove("elicitationId");
    CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
    post(new Question(method, question, answer));
    Runnable abandon =
        () ->
            answer.completeExceptionally(
                new RpcError(RpcError.ABANDONED, "the call was cancelled"));
    try (var first = given.onCancel(abandon);
        var second = cancellation.onCancel(abandon)) {
      return answer.get(QUESTION_MINUTES, TimeUnit.MINUTES);
    } catch (TimeoutException e) {
      throw new RpcError(RpcError.ABANDONED, "the host did not come back with an answer");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RpcError error
          ? error
          : new RpcError(RpcError.INTERNAL, "the host could not be asked");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcError(RpcError.ABANDONED, "interrupted");
    }
  }

  private void post(Question question) {
    HostRequest request;
    ObjectNode result = null;
    lock.lock();
    try {
      if (outcome != null) {
        throw new RpcError(RpcError.METHOD_NOT_FOUND, "the call that this is about is over");
      }
      questions.put("question-" + ++asked, question);
      request = bound;
      if (request != null) {
        bound = null;
        result = inputRequired();
      }
    } finally {
      lock.unlock();
    }
    if (request != null && result != null) {
      request.succeed(result);
    }
  }

  private ObjectNode inputRequired() {
    ObjectNode result = JsonRpc.object().put("resultType", "input_required");
    ObjectNode requests = result.putObject("inputRequests");
    questions.forEach((key, question) ->
        requests.putObject(key).put("method", question.method()).set("params", question.params()));
    return result.put("requestState", state.get());
  }

  /** As long as a request waits for this call, its cancellation is the call's. */
  private void bind(HostRequest request) {
    bound = request;
    request
        .cancellation()
        .onCancel(() -> {
          if (bound == request) {
            cancellation.cancel();
          }
        });
  }

  /** MCP 2026-07-28, "Per-request log level". */
  private boolean isLogWanted(ObjectNode params) {
    String wanted = call.face().logLevel();
    String level = JsonRpc.textAt(params, "level");
    return wanted != null && level != null && severity(level) >= severity(wanted);
  }

  private static int severity(String level) {
    return switch (level) {
      case "debug" -> 0;
      case "info" -> 1;
      case "notice" -> 2;
      case "warning" -> 3;
      case "error" -> 4;
      case "critical" -> 5;
      case "alert" -> 6;
      default -> 7;
    };
  }
}

package dev.latchstring.mcpserver.sdk;

import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.identity.IdentityAssertions;
import dev.latchstring.mcpserver.onward.CallersToken;
import dev.latchstring.mcpserver.onward.Onward;
import dev.latchstring.mcpserver.onward.OnwardTokens;
import dev.latchstring.mcpserver.tools.AuthError;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.Question;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.StatedContext;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncListFilter;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.McpTransportContextExtractor;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The tools of a server on the official Java SDK, under one declaration.
 *
 * <pre>{@code
 * ProtectedTools tools = new ProtectedTools(authorizer);
 * var transport =
 *     HttpServletStreamableServerTransportProvider.builder()
 *         .mcpEndpoint("/mcp")
 *         .contextExtractor(ProtectedTools.callers())
 *         .build();
 * McpServer.sync(transport)
 *     .addToolFilter(tools.listed())
 *     .tools(tools.tool(hello, (caller, request) -> greet(caller.subject())))
 *     .immediateExecution(true)
 *     .build();
 * }</pre>
 *
 * <p>Over HTTP it works behind {@link BearerFilter} alone. Without it there is no caller: no tool
 * is listed and every call fails. On stdio callers are those of identity assertions, for a server
 * that believes them ({@link #ProtectedTools(ToolAuthorizer, IdentityAssertions)}).
 */
public final class ProtectedTools {
  private static final String CALLER = Caller.class.getName();
  private static final String STATED = StatedContext.class.getName();
  private static final String TOKEN = CallersToken.class.getName();
  private static final String LIST = ListedTools.class.getName();

  private final ToolAuthorizer authorizer;
  private final @Nullable IdentityAssertions identities;
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /**
   * @param authorizer the same that the filter was given
   */
  public ProtectedTools(ToolAuthorizer authorizer) {
    this(authorizer, null);
  }

  /**
   * @param identities whose word counts where no filter stands in front, as on stdio; null for
   *     nobody's. A list has no assertion that could be read here, so there it shows every tool
   *     that is open to somebody: what each requires stands at the tool
   */
  public ProtectedTools(ToolAuthorizer authorizer, @Nullable IdentityAssertions identities) {
    this.authorizer = authorizer;
    this.identities = identities;
  }

  /**
   * For the transport's builder: takes the caller along from the request that the filter let by.
   */
  public static McpTransportContextExtractor<HttpServletRequest> callers() {
    return request ->
        McpTransportContext.create(
            Map.of(
                CALLER, BearerFilter.caller(request),
                STATED, BearerFilter.statedContext(request),
                TOKEN, BearerFilter.callersToken(request),
                LIST, new ListedTools()));
  }

  /**
   * Who calls, for a tool that was not made by {@link #tool}.
   *
   * @throws IllegalStateException where the request did not come through the filter, or the
   *     transport was built without {@link #callers()}
   */
  public static Caller caller(McpSyncServerExchange exchange) {
    return of(exchange.transportContext(), CALLER, Caller.class);
  }

  /**
   * What the call's request states in {@code X-MCP-Context}, for a tool that was not made by {@link
   * #tool}; without members where it states nothing.
   *
   * @throws IllegalStateException as {@link #caller}
   */
  public static StatedContext statedContext(McpSyncServerExchange exchange) {
    return of(exchange.transportContext(), STATED, StatedContext.class);
  }

  private static <T> T of(McpTransportContext context, String name, Class<T> type) {
    Object value = context.get(name);
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw new IllegalStateException(
        "no caller: put BearerFilter in front and give the transport ProtectedTools.callers()");
  }

  /** For the server's builder: shows a caller the tools that the declaration lets them see. */
  public McpSyncListFilter<Tool> listed() {
    return (context, tool) -> {
      if (context.get(CALLER) instanceof Caller caller) {
        return context.get(LIST) instanceof ListedTools list
            ? list.shows(authorizer, caller, names, tool.name())
            : authorizer.isListed(caller, tool.name());
      }
      return identities != null && !authorizer.requirement(tool.name()).closed();
    };
  }

  /**
   * A tool that says in its {@code _meta} what it requires, and whose handler is told who calls.
   *
   * @throws IllegalArgumentException where the tool's own {@code _meta} says something else under
   *     the same key
   */
  public SyncToolSpecification tool(
      Tool tool, BiFunction<Caller, CallToolRequest, CallToolResult> handler) {
    return specification(tool, (caller, exchange, request) -> handler.apply(caller, request));
  }

  /** The same, whose handler is also told what the request states. */
  public SyncToolSpecification tool(Tool tool, ContextHandler handler) {
    return specification(
        tool,
        (caller, exchange, request) -> handler.call(caller, statedContext(exchange), request));
  }

  /**
   * The same, whose handler calls other servers in turn, with tokens that are exchanged for the
   * caller's. Over HTTP only: an identity assertion is no token.
   */
  public SyncToolSpecification tool(Tool tool, OnwardTokens tokens, OnwardHandler handler) {
    return specification(
        tool,
        (caller, exchange, request) -> {
          CallersToken token = of(exchange.transportContext(), TOKEN, CallersToken.class);
          return handler.call(caller, tokens.of(token), request);
        });
  }

  /** A tool behind a front that has decided on the call before: it is asked no more. */
  SyncToolSpecification accessing(
      Tool tool, BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> work) {
    names.add(tool.name());
    return SyncToolSpecification.builder().tool(published(tool)).callHandler(work).build();
  }

  /**
   * A tool that somebody else made, such as a framework: decided before its own handler is called,
   * which may ask {@link #caller} who calls. Over HTTP only.
   *
   * @throws IllegalArgumentException as {@link #tool(Tool, BiFunction)}
   */
  public SyncToolSpecification tool(SyncToolSpecification made) {
    return specification(
        made.tool(), (caller, exchange, request) -> made.callHandler().apply(exchange, request));
  }

  /** The work of a tool that wants to know what the calling client states beside the call. */
  @FunctionalInterface
  public interface ContextHandler {
    /**
     * @param caller who calls, verified
     * @param stated what the request states, by nobody in particular
     */
    CallToolResult call(Caller caller, StatedContext stated, CallToolRequest request);
  }

  /** The work of a tool that calls other servers on behalf of whoever called it. */
  @FunctionalInterface
  public interface OnwardHandler {
    /**
     * @param caller who calls, verified
     * @param onward tokens for other servers, on the caller's behalf
     */
    CallToolResult call(Caller caller, Onward onward, CallToolRequest request);
  }

  private interface Handler {
    CallToolResult call(Caller caller, McpSyncServerExchange exchange, CallToolRequest request);
  }

  /**
   * To be called when every tool was made: a declaration of a tool that is not there is a name that
   * is misspelled, and the tool that was meant is open to whoever the default lets in.
   *
   * @throws IllegalStateException where the declaration names a tool that was not made here
   */
  public ProtectedTools requireAllMade() {
    List<String> unknown =
        authorizer.declaredTools().stream().filter(name -> !names.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalStateException(
          "there is a declaration for " + unknown + ", and no such tool; check the spelling");
    }
    return this;
  }

  private SyncToolSpecification specification(Tool tool, Handler handler) {
    names.add(tool.name());
    return SyncToolSpecification.builder()
        .tool(published(tool))
        .callHandler((exchange, request) -> call(exchange, request, handler))
        .build();
  }

  private CallToolResult call(
      McpSyncServerExchange exchange, CallToolRequest request, Handler handler) {
    boolean filtered = exchange.transportContext().get(CALLER) instanceof Caller;
    boolean looksAtArguments = !filtered || authorizer.looksAtArguments(request.name());
    JsonNode arguments =
        request.arguments() == null || !looksAtArguments
            ? null
            : Json.mapper().valueToTree(request.arguments());
    Caller caller = filtered ? caller(exchange) : asserted(request, arguments);
    // Behind the filter it was decided and noted before; here it is only asked again.
    Decision decision =
        filtered
            ? authorizer.call(caller, request.name(), arguments)
            : authorizer.admit(caller, Question.CALL, request.name(), arguments);
    if (caller != null && decision.isAllowed()) {
      return handler.call(caller, exchange, request);
    }
    throw refused(AuthError.of(decision));
  }

  /** Null where nobody is named. */
  private @Nullable Caller asserted(CallToolRequest request, @Nullable JsonNode arguments) {
    if (identities == null) {
      throw new IllegalStateException(
          "no caller: put BearerFilter in front and give the transport ProtectedTools.callers()");
    }
    JsonNode meta = request.meta() == null ? null : Json.mapper().valueToTree(request.meta());
    try {
      return identities.caller(meta, Question.CALL, request.name(), arguments).orElse(null);
    } catch (OAuthException e) {
      authorizer.unbelieved(Question.CALL, request.name(), e.code());
      throw refused(
          e.code() == ErrorCode.TEMPORARILY_UNAVAILABLE
              ? AuthError.of(new Decision.Unavailable(e.description()))
              : AuthError.badIdentity(e.description()));
    }
  }

  private static McpError refused(AuthError error) {
    return new McpError(
        new McpSchema.JSONRPCResponse.JSONRPCError(error.code(), error.message(), error.data()));
  }

  private Tool published(Tool tool) {
    Map<String, Object> meta = new LinkedHashMap<>();
    if (tool.meta() != null) {
      meta.putAll(tool.meta());
    }
    Map<String, Object> requirement = authorizer.requirement(tool.name()).published();
    if (meta.put(Requirement.META_KEY, requirement) != null) {
      throw new IllegalArgumentException(
          "tool " + tool.name() + " already says what it requires: leave that to the declaration");
    }
    return new Tool(
        tool.name(),
        tool.title(),
        tool.description(),
        tool.inputSchema(),
        tool.outputSchema(),
        tool.annotations(),
        meta,
        tool.icons());
  }
}

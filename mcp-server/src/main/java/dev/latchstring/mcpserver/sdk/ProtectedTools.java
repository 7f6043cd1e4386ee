package dev.latchstring.mcpserver.sdk;

import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.StatedContext;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
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
import java.util.Map;
import java.util.function.BiFunction;

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
 * <p>It works behind {@link BearerFilter} alone. Without it there is no caller: no tool is listed
 * and every call fails.
 */
public final class ProtectedTools {
  /** Where a refusal has no HTTP status any more. */
  private static final int REFUSED = -31403;

  private static final String CALLER = Caller.class.getName();
  private static final String STATED = StatedContext.class.getName();

  private final ToolAuthorizer authorizer;

  /**
   * @param authorizer the same that the filter was given
   */
  public ProtectedTools(ToolAuthorizer authorizer) {
    this.authorizer = authorizer;
  }

  /**
   * For the transport's builder: takes the caller along from the request that the filter let by.
   */
  public static McpTransportContextExtractor<HttpServletRequest> callers() {
    return request ->
        McpTransportContext.create(
            Map.of(
                CALLER, BearerFilter.caller(request),
                STATED, BearerFilter.statedContext(request)));
  }

  /**
   * Who calls, for a tool that was not made by {@link #tool}.
   *
   * @throws IllegalStateException where the request did not come through the filter, or the
   *     transport was built without {@link #callers()}
   */
  public static Caller caller(McpSyncServerExchange exchange) {
    return caller(exchange.transportContext());
  }

  private static Caller caller(McpTransportContext context) {
    if (context.get(CALLER) instanceof Caller caller) {
      return caller;
    }
    throw nobody();
  }

  /**
   * What the call's request states in {@code X-MCP-Context}, for a tool that was not made by {@link
   * #tool}; without members where it states nothing.
   *
   * @throws IllegalStateException as {@link #caller}
   */
  public static StatedContext statedContext(McpSyncServerExchange exchange) {
    if (exchange.transportContext().get(STATED) instanceof StatedContext stated) {
      return stated;
    }
    throw nobody();
  }

  private static IllegalStateException nobody() {
    return new IllegalStateException(
        "no caller: put BearerFilter in front and give the transport ProtectedTools.callers()");
  }

  /** For the server's builder: shows a caller the tools that the declaration lets them see. */
  public McpSyncListFilter<Tool> listed() {
    return (context, tool) ->
        context.get(CALLER) instanceof Caller caller && authorizer.isListed(caller, tool.name());
  }

  /**
   * A tool that says in its {@code _meta} what it requires, and whose handler is told who calls.
   *
   * @throws IllegalArgumentException where the tool's own {@code _meta} says something else under
   *     the same key
   */
  public SyncToolSpecification tool(
      Tool tool, BiFunction<Caller, CallToolRequest, CallToolResult> handler) {
    return tool(tool, (caller, stated, request) -> handler.apply(caller, request));
  }

  /** The same, whose handler is also told what the request states. */
  public SyncToolSpecification tool(Tool tool, ContextHandler handler) {
    return SyncToolSpecification.builder()
        .tool(published(tool))
        .callHandler((exchange, request) -> call(exchange, request, handler))
        .build();
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

  private CallToolResult call(
      McpSyncServerExchange exchange, CallToolRequest request, ContextHandler handler) {
    Caller caller = caller(exchange);
    if (authorizer.call(caller, request.name()) instanceof Decision.Allowed) {
      return handler.call(caller, statedContext(exchange), request);
    }
    throw new McpError(
        new McpSchema.JSONRPCResponse.JSONRPCError(REFUSED, "the call is not allowed"));
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

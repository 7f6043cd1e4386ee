package dev.latchstring.examples.gateway.tickets;

import dev.latchstring.mcpserver.identity.IdentityAssertions;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Tickets, each its owner's: {@code TicketsServer AUDIENCE ISSUER}, on stdio. */
public final class TicketsServer {
  /** Who may call what, by what the assertion says. */
  private static final ToolAuthorizer AUTHORIZER =
      ToolAuthorizer.builder(Requirement.nobody())
          .tool("list_tickets", Requirement.scopes("tickets:read"))
          .tool(
              "close_ticket", Requirement.scopes("tickets:read", "tickets:write").teams("support"))
          .tool(
              "delete_ticket",
              Requirement.scopes("tickets:read", "tickets:write")
                  .teams("support")
                  .acr("urn:latchstring:acr:mfa"))
          .build();

  private final Map<String, Set<String>> closed = new ConcurrentHashMap<>();

  private TicketsServer() {}

  public static void main(String[] arguments) throws InterruptedException {
    // Standard output is the protocol's: whatever prints goes to standard error.
    PrintStream out = System.out;
    System.setOut(System.err);
    if (arguments.length != 2) {
      System.err.println("usage: tickets AUDIENCE ISSUER");
      System.exit(2);
    }
    CountDownLatch ended = new CountDownLatch(1);
    try (IdentityAssertions identities =
        IdentityAssertions.builder(arguments[0]).issuer(arguments[1]).required().build()) {
      ProtectedTools tools = new ProtectedTools(AUTHORIZER, identities);
      new TicketsServer().serve(tools, watched(System.in, ended), out);
      tools.requireAllMade();
      ended.await();
    }
    System.exit(0);
  }

  private void serve(ProtectedTools tools, InputStream in, PrintStream out) {
    McpServer.sync(new StdioServerTransportProvider(McpJsonDefaults.getMapper(), in, out))
        .serverInfo("tickets", "0.1.0")
        .addToolFilter(tools.listed())
        .tools(
            tools.tool(tool("list_tickets", "Your tickets that are open."), this::list),
            tools.tool(
                tool("close_ticket", "Closes one of your tickets, by its number."), this::close),
            tools.tool(tool("delete_ticket", "Deletes one, for good."), this::close))
        .build();
  }

  private static Tool tool(String name, String description) {
    Map<String, Object> schema =
        Map.of("type", "object", "properties", Map.of("ticket", Map.of("type", "string")));
    return Tool.builder(name, schema).description(description).build();
  }

  /**
   * Every person has the same three tickets here; whose they are is whoever the assertion names.
   */
  private CallToolResult list(Caller caller, CallToolRequest request) {
    List<String> open =
        List.of("T-1", "T-2", "T-3").stream()
            .filter(ticket -> !closedBy(caller).contains(ticket))
            .toList();
    return text("tickets of " + caller.subject() + ": " + String.join(" ", open));
  }

  private CallToolResult close(Caller caller, CallToolRequest request) {
    Object ticket = request.arguments() == null ? null : request.arguments().get("ticket");
    if (!(ticket instanceof String number) || !number.matches("T-[123]")) {
      return CallToolResult.builder().addTextContent("ticket: T-1 to T-3").isError(true).build();
    }
    closedBy(caller).add(number);
    return text(
        number
            + " of "
            + caller.subject()
            + " is closed, through "
            + caller.actors().getFirst().subject());
  }

  private Set<String> closedBy(Caller caller) {
    return closed.computeIfAbsent(
        caller.issuer() + " " + caller.subject(), person -> ConcurrentHashMap.newKeySet());
  }

  private static CallToolResult text(String text) {
    return CallToolResult.builder().addTextContent(text).build();
  }

  /** A server on stdio ends when its input does. */
  private static InputStream watched(InputStream in, CountDownLatch ended) {
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        if (read < 0) {
          ended.countDown();
        }
        return read;
      }
    };
  }
}

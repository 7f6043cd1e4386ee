package dev.latchstring.examples.gateway.invoices;

import dev.latchstring.examples.gateway.ProtectedServer;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Invoices, over HTTP. Whoever has a token for it may see the list, as gateways have to. */
public final class InvoicesServer {
  private static final ToolAuthorizer AUTHORIZER =
      ToolAuthorizer.builder(Requirement.nobody())
          .tool("list_invoices", Requirement.scopes("invoices:read"))
          .tool(
              "pay_invoice",
              Requirement.scopes("invoices:read", "invoices:pay").maxAge(Duration.ofMinutes(10)))
          .listing(ToolAuthorizer.Listing.REACHABLE)
          .build();

  private InvoicesServer() {}

  /**
   * Starts it on {@code localhost}.
   *
   * @param port 1–65535, or 0 for any free port
   */
  public static ProtectedServer start(int port, URI issuer) {
    ProtectedTools tools = new ProtectedTools(AUTHORIZER);
    return ProtectedServer.start(
        "invoices",
        port,
        issuer,
        AUTHORIZER,
        tools,
        List.of(
            tools.tool(
                tool("list_invoices", "Your invoices that are open."),
                (caller, request) -> text("invoices of " + caller.subject() + ": 2026-117")),
            tools.tool(tool("pay_invoice", "Pays one of them."), InvoicesServer::pay)));
  }

  private static CallToolResult pay(Caller caller, CallToolRequest request) {
    return text(
        "paid by " + caller.subject() + ", through " + caller.actors().getFirst().subject());
  }

  private static Tool tool(String name, String description) {
    return Tool.builder(name, Map.of("type", "object")).description(description).build();
  }

  private static CallToolResult text(String text) {
    return CallToolResult.builder().addTextContent(text).build();
  }
}

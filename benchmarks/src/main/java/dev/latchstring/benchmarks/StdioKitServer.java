package dev.latchstring.benchmarks;

import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.mcpserver.kit.Provider;
import dev.latchstring.mcpserver.sdk.StdioLogin;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import java.net.URI;
import java.util.Map;

/**
 * A stdio server with one tool on the official SDK: {@code plain}, or with the login kit, {@code
 * kit}; {@code logged-in} is the latter, with a login that is good for a day.
 */
final class StdioKitServer {
  private static final URI API = URI.create("http://127.0.0.1:1/api");
  private static final Tool ECHO =
      Tool.builder(
              "echo",
              Map.of("type", "object", "properties", Map.of("text", Map.of("type", "string"))))
          .description("Says it again.")
          .build();

  private StdioKitServer() {}

  public static void main(String[] arguments) {
    if (arguments[0].equals("plain")) {
      serve(
          new StdioServerTransportProvider(McpJsonDefaults.getMapper()),
          SyncToolSpecification.builder()
              .tool(ECHO)
              .callHandler((exchange, request) -> echo(request))
              .build());
      return;
    }
    StdioLogin.Builder builder =
        StdioLogin.builder(ToolAuthorizer.builder(Requirement.scopes("echo:use")).build())
            .provider(Provider.of("echo", API).tokenFrom("NEVER_SET"));
    if (arguments[0].equals("logged-in")) {
      builder.store(loggedIn());
    }
    StdioLogin login = builder.build();
    serve(login.transport(), login.tool(ECHO, (access, request) -> echo(request)));
  }

  private static void serve(McpServerTransportProvider transport, SyncToolSpecification echo) {
    McpServer.sync(transport)
        .serverInfo("echo", "1")
        .capabilities(ServerCapabilities.builder().tools(true).build())
        .tools(echo)
        .immediateExecution(true)
        .build();
  }

  private static CallToolResult echo(CallToolRequest request) {
    return CallToolResult.builder()
        .addTextContent(String.valueOf(request.arguments().get("text")))
        .build();
  }

  private static MemoryTokenStore loggedIn() {
    MemoryTokenStore store = new MemoryTokenStore();
    long now = System.currentTimeMillis() / 1000;
    StoredLogin login =
        StoredLogin.at(API.toString(), "default")
            .issuer("http://127.0.0.1:1")
            .tokenEndpoint("http://127.0.0.1:1/token")
            .clientId("somebody")
            .subject("somebody")
            .name("somebody")
            .scope("echo:use")
            .accessToken(TokenServer.TOKEN)
            .expiresAt(now + 86_400)
            .obtainedAt(now)
            .loggedInAt(now)
            .build();
    store.put(login.slot(), login);
    return store;
  }
}

package dev.latchstring.examples.gateway;

import dev.latchstring.mcpserver.onward.Onward;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.identity.CallIdentity;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A tool server in a process of the gateway's, one for everybody. Who calls is said to it by an
 * assertion that the authorization server signs for that one call.
 */
final class StdioToolServer implements ToolServer {
  private final String audience;
  private final String scopes;
  private final McpSyncClient client;

  private StdioToolServer(String audience, String scopes, McpSyncClient client) {
    this.audience = audience;
    this.scopes = scopes;
    this.client = client;
  }

  /**
   * Starts the process.
   *
   * @param audience what the server is called in assertions
   * @param scopes what the scopes begin with that its tools may ask for
   */
  static StdioToolServer start(String audience, String scopes, List<String> command) {
    StdioClientTransport transport =
        new OwnProcess(
            ServerParameters.builder(command.getFirst())
                .args(command.subList(1, command.size()))
                .build());
    transport.setStdErrorHandler(System.err::println);
    McpSyncClient client = McpClient.sync(transport).build();
    client.initialize();
    return new StdioToolServer(audience, scopes, client);
  }

  /** The SDK's hands a process the whole environment, and the gateway's secret is in it. */
  private static final class OwnProcess extends StdioClientTransport {
    OwnProcess(ServerParameters parameters) {
      super(parameters, McpJsonDefaults.getMapper());
    }

    @Override
    protected ProcessBuilder getProcessBuilder() {
      ProcessBuilder process = super.getProcessBuilder();
      process.environment().clear();
      return process;
    }
  }

  @Override
  public String scopes() {
    return scopes;
  }

  @Override
  public List<Tool> tools() {
    return client.listTools().tools();
  }

  @Override
  public CallToolResult call(Onward way, Scope needed, CallToolRequest request) {
    Map<String, Object> arguments = request.arguments() == null ? Map.of() : request.arguments();
    JsonNode signed = Json.mapper().valueToTree(arguments);
    String identity =
        way.identity(audience, request.name(), signed, needed.values().toArray(String[]::new));
    return client.callTool(
        CallToolRequest.builder(request.name())
            .arguments(arguments)
            // All of it: what a host says about who calls stays here.
            .meta(Map.of(CallIdentity.META_KEY, identity))
            .build());
  }

  @Override
  public void close() {
    client.close();
  }
}

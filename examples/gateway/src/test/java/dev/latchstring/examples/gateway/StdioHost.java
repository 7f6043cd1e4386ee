package dev.latchstring.examples.gateway;

import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchstring.oauth.identity.CallIdentity;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.util.List;
import java.util.Map;

/** Whoever starts a tool server on stdio, and says to it what they like about who calls. */
record StdioHost(McpSyncClient client) implements AutoCloseable {
  static StdioHost start(List<String> command) {
    StdioClientTransport transport =
        new StdioClientTransport(
            ServerParameters.builder(command.getFirst())
                .args(command.subList(1, command.size()))
                .build(),
            McpJsonDefaults.getMapper());
    transport.setStdErrorHandler(line -> {});
    McpSyncClient client = McpClient.sync(transport).build();
    client.initialize();
    return new StdioHost(client);
  }

  /**
   * @param identity null for none
   */
  String said(String tool, Map<String, Object> arguments, Object identity) {
    CallToolRequest.Builder request = CallToolRequest.builder(tool).arguments(arguments);
    if (identity != null) {
      request.meta(Map.of(CallIdentity.META_KEY, identity));
    }
    return ((TextContent) client.callTool(request.build()).content().getFirst()).text();
  }

  String refused(String tool, Map<String, Object> arguments, Object identity) {
    McpError error = refusal(tool, arguments, identity);
    return error.getJsonRpcError().code() == -31401 ? error.getJsonRpcError().message() : "";
  }

  McpError refusal(String tool, Map<String, Object> arguments, Object identity) {
    Throwable thrown = catchThrowable(() -> said(tool, arguments, identity));
    if (thrown instanceof McpError error) {
      return error;
    }
    throw new AssertionError("not refused", thrown);
  }

  @Override
  public void close() {
    client.close();
  }
}

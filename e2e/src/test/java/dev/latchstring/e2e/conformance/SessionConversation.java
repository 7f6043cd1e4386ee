package dev.latchstring.e2e.conformance;

import dev.latchstring.mcpclient.McpAuthorization;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A session of protocol 2025-11-25 or earlier, by the official Java SDK. */
final class SessionConversation implements Conversation {
  private final McpSyncClient client;

  SessionConversation(McpAuthorization authorization, String protocolVersion) {
    client =
        McpClient.sync(
                authorization
                    .streamableHttp()
                    .supportedProtocolVersions(List.of(protocolVersion))
                    .build())
            .requestTimeout(Duration.ofSeconds(20))
            .initializationTimeout(Duration.ofSeconds(20))
            .build();
  }

  @Override
  public void connect() {
    client.initialize();
  }

  @Override
  public String list() {
    return client.listTools().tools().getFirst().name();
  }

  @Override
  public void call(String tool) {
    client.callTool(CallToolRequest.builder(tool).arguments(Map.of()).build());
  }

  @Override
  public void close() {
    client.close();
  }
}

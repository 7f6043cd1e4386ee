package dev.latchstring.examples.gateway;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.mcpclient.McpAuthorization;
import dev.latchstring.mcpserver.onward.Onward;
import dev.latchstring.oauth.Scope;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** A tool server over HTTP. It is called with a token that is for it alone, and is the person's. */
final class HttpToolServer implements ToolServer {
  private final URI url;
  private final String scopes;
  private final URI issuer;
  private final ClientIdentity gateway;

  /**
   * @param scopes what the scopes begin with that its tools may ask for
   * @param gateway in whose own name the list of tools is read
   */
  HttpToolServer(URI url, String scopes, URI issuer, ClientIdentity gateway) {
    this.url = url;
    this.scopes = scopes;
    this.issuer = issuer;
    this.gateway = gateway;
  }

  @Override
  public String scopes() {
    return scopes;
  }

  /** In the gateway's own name, with a scope that opens nothing but the list. */
  @Override
  public List<Tool> tools() {
    Settings settings =
        Settings.of(
            ServerSettings.ofOptions(List.of("issuer=" + issuer, "scope=tools:list"), null));
    try (LatchClient latch =
            LatchClient.using(new MemoryTokenStore())
                .clientIdentity(gateway)
                .settings(settings)
                .build();
        McpSyncClient client =
            McpAuthorization.of(latch.account(url)).build().syncClient().build()) {
      client.initialize();
      return client.listTools().tools();
    }
  }

  /** A session belongs to one person, so each call has one of its own. */
  @Override
  public CallToolResult call(Onward way, Scope needed, CallToolRequest request) {
    AccessToken token = way.to(url.toString(), needed.values().toArray(String[]::new));
    try (McpSyncClient client = McpClient.sync(transport(token)).build()) {
      client.initialize();
      return client.callTool(
          CallToolRequest.builder(request.name())
              .arguments(request.arguments() == null ? Map.of() : request.arguments())
              .build());
    }
  }

  private HttpClientStreamableHttpTransport transport(AccessToken token) {
    return HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
        .endpoint(url.getPath())
        .addHttpRequestCustomizer((request, method, uri, body, context) ->
            token.headers(method, uri, null).forEach(request::setHeader))
        .build();
  }

  @Override
  public void close() {}
}

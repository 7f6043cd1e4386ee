package dev.latchstring.examples.mediator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.AccessToken;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitUrlRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An MCP host on the official SDK's client, which notes all that it gets to see. */
final class Host implements AutoCloseable {
  final List<ElicitFormRequest> forms = new CopyOnWriteArrayList<>();
  final List<ElicitUrlRequest> urls = new CopyOnWriteArrayList<>();
  final List<String> completed = new CopyOnWriteArrayList<>();
  final List<CallToolResult> results = new CopyOnWriteArrayList<>();
  private final McpSyncClient client;

  private Host(
      McpClientTransport transport,
      Function<ElicitFormRequest, ElicitResult> form,
      Function<ElicitUrlRequest, ElicitResult> url) {
    McpClient.SyncSpec spec =
        McpClient.sync(transport)
            .requestTimeout(Duration.ofSeconds(120))
            .initializationTimeout(Duration.ofSeconds(120))
            .elicitationCompleteConsumer(done -> completed.add(done.elicitationId()));
    if (form == null && url == null) {
      spec.capabilities(ClientCapabilities.builder().build());
    } else {
      spec.capabilities(
          ClientCapabilities.builder().elicitation(form != null, url != null).build());
    }
    if (form != null) {
      spec.elicitation(request -> {
        forms.add(request);
        return form.apply(request);
      });
    }
    if (url != null) {
      spec.urlElicitation(request -> {
        urls.add(request);
        return url.apply(request);
      });
    }
    client = spec.build();
    client.initialize();
  }

  static Host on(
      McpClientTransport transport,
      Function<ElicitFormRequest, ElicitResult> form,
      Function<ElicitUrlRequest, ElicitResult> url) {
    return new Host(transport, form, url);
  }

  /** Over HTTP, for whom the token is about. */
  static Host of(
      URI mediator,
      AccessToken token,
      Function<ElicitFormRequest, ElicitResult> form,
      Function<ElicitUrlRequest, ElicitResult> url) {
    return new Host(
        HttpClientStreamableHttpTransport.builder(mediator.resolve("/").toString())
            .endpoint("/mcp")
            .addHttpRequestCustomizer((request, method, uri, body, context) ->
                token.headers(method, uri, null).forEach(request::header))
            .build(),
        form,
        url);
  }

  static ElicitResult accept(Map<String, Object> content) {
    return new ElicitResult(ElicitResult.Action.ACCEPT, content);
  }

  static ElicitResult accept() {
    return new ElicitResult(ElicitResult.Action.ACCEPT, null);
  }

  static ElicitResult decline() {
    return new ElicitResult(ElicitResult.Action.DECLINE, null);
  }

  static ElicitResult cancel() {
    return new ElicitResult(ElicitResult.Action.CANCEL, null);
  }

  /** Says who they are where they are asked that. */
  static Function<ElicitFormRequest, ElicitResult> named(String person) {
    return request -> accept(Map.of("username", person));
  }

  CallToolResult call(String tool) {
    CallToolResult result =
        client.callTool(CallToolRequest.builder(tool).arguments(Map.of()).build());
    results.add(result);
    return result;
  }

  Map<?, ?> succeeded(String tool) {
    CallToolResult result = call(tool);
    assertThat(result.isError()).as(result.toString()).isNotEqualTo(true);
    return (Map<?, ?>) result.structuredContent();
  }

  String failed(String tool) {
    CallToolResult result = call(tool);
    assertThat(result.isError()).as(result.toString()).isTrue();
    return ((TextContent) result.content().getFirst()).text();
  }

  /** Everything that the host, and so perhaps a model, came to see. */
  String saw() {
    return forms + "\n" + urls + "\n" + completed + "\n" + results;
  }

  @Override
  public void close() {
    client.closeGracefully();
  }
}

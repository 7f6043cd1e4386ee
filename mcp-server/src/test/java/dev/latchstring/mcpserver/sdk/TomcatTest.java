package dev.latchstring.mcpserver.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.mcpserver.fixture.TestIssuer;
import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.testing.Ports;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same filter and servlet in Tomcat alone; other tests have Jetty and Spring Boot. */
@Timeout(300)
class TomcatTest {
  private static final TestIssuer ISSUER = TestIssuer.start(Clock.systemUTC());
  private static final ECKey KEY = ISSUER.newEcKey("ec-1");
  private static final ToolAuthorizer AUTHORIZER =
      ToolAuthorizer.builder(Requirement.nobody())
          .tool("read", Requirement.scopes("clinic:read"))
          .tool("write", Requirement.scopes("clinic:write"))
          .build();

  @TempDir private static Path folder;
  private static Tomcat tomcat;
  private static McpSyncServer mcp;
  private static URI url;

  @BeforeAll
  static void start() throws Exception {
    url = URI.create("http://localhost:" + Ports.free() + "/mcp");
    ProtectedTools tools = new ProtectedTools(AUTHORIZER);
    var transport =
        HttpServletStreamableServerTransportProvider.builder()
            .mcpEndpoint("/mcp")
            .contextExtractor(ProtectedTools.callers())
            .build();
    mcp =
        McpServer.sync(transport)
            .serverInfo("test", "1")
            .addToolFilter(tools.listed())
            .tools(
                tools.tool(tool("read"), (caller, request) -> text("for " + caller.subject())),
                tools.tool(tool("write"), (caller, request) -> text("written")))
            .immediateExecution(true)
            .build();
    tomcat = new Tomcat();
    tomcat.setBaseDir(folder.toString());
    tomcat.setSilent(true);
    Connector connector = new Connector();
    connector.setPort(url.getPort());
    connector.setProperty("address", "localhost");
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", folder.toString());
    FilterDef filter = new FilterDef();
    filter.setFilterName("bearer");
    filter.setFilter(BearerFilter.builder(url.toString(), ISSUER.url(), AUTHORIZER).build());
    filter.setAsyncSupported("true");
    context.addFilterDef(filter);
    FilterMap everything = new FilterMap();
    everything.setFilterName("bearer");
    everything.addURLPattern("/*");
    context.addFilterMap(everything);
    Wrapper servlet = Tomcat.addServlet(context, "mcp", transport);
    servlet.setAsyncSupported(true);
    context.addServletMappingDecoded("/mcp", "mcp");
    // Tomcat asks filters only where there is a servlet; the filter answers before it.
    context.addServletMappingDecoded("/.well-known/oauth-protected-resource/*", "mcp");
    tomcat.start();
  }

  @AfterAll
  static void stop() throws Exception {
    mcp.closeGracefully();
    tomcat.stop();
    tomcat.destroy();
    ISSUER.close();
  }

  private static Tool tool(String name) {
    return Tool.builder(name, Map.of("type", "object")).description(name).build();
  }

  private static CallToolResult text(String text) {
    return CallToolResult.builder().addTextContent(text).build();
  }

  private static String call(McpSyncClient client, String tool) {
    CallToolResult result =
        client.callTool(CallToolRequest.builder(tool).arguments(Map.of()).build());
    return ((TextContent) result.content().getFirst()).text();
  }

  @Test
  void tools_are_listed_and_called_by_the_callers_token() {
    String token = ISSUER.jwt(KEY, url.toString(), "clinic:read", claims -> claims);
    try (McpSyncClient client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
                    .endpoint("/mcp")
                    .addHttpRequestCustomizer((request, method, uri, body, context) ->
                        request.header("Authorization", "Bearer " + token))
                    .build())
            .build()) {
      client.initialize();

      assertThat(client.listTools().tools()).extracting(Tool::name).containsExactly("read");
      assertThat(call(client, "read")).startsWith("for ");
      assertThat(refused(catchThrowable(() -> call(client, "write")))).isEqualTo(403);
    }
  }

  @Test
  void without_a_token_there_is_a_challenge_and_the_metadata_can_be_read() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> refused =
          http.send(
              HttpRequest.newBuilder(url)
                  .POST(HttpRequest.BodyPublishers.ofString("{}"))
                  .header("Content-Type", "application/json")
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
          .contains("resource_metadata=");

      URI metadata = url.resolve("/.well-known/oauth-protected-resource/mcp");
      HttpResponse<String> read =
          http.send(HttpRequest.newBuilder(metadata).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(read.statusCode()).isEqualTo(200);
      assertThat(read.body()).contains(url.toString(), ISSUER.url());
    }
  }

  private static int refused(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof McpHttpClientTransportAuthorizationException refused) {
        return refused.getResponseInfo().statusCode();
      }
    }
    throw new AssertionError("no refusal by HTTP status", thrown);
  }
}

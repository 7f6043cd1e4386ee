package dev.latchstring.e2e.kit;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.mcpserver.kit.Access;
import dev.latchstring.mcpserver.kit.Provider;
import dev.latchstring.mcpserver.sdk.StdioLogin;
import dev.latchstring.mcpserver.sdk.StdioTransport;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.StdioHost;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stdio server with the login kit, the API behind it, the authorization server of that, and the
 * person who approves.
 */
final class NotesServer implements AutoCloseable {
  static final String BOTH = "{\"elicitation\":{\"url\":{},\"form\":{}}}";
  static final String FORM = "{\"elicitation\":{}}";
  static final String NONE = "{}";
  private static final Pattern CODE = Pattern.compile("\\b([A-Z]{4}-[A-Z]{4})\\b");

  private final AuthorizationServer issuer;
  private final NotesApi api;

  NotesServer(Path data) throws Exception {
    this(data, "");
  }

  /**
   * @param more lines of the authorization server's configuration
   */
  NotesServer(Path data, String more) throws Exception {
    int port = Ports.free();
    api = new NotesApi(URI.create("http://localhost:" + port));
    String yaml =
        """
        issuer: http://localhost:%d
        port: %d
        data: %s
        device_authorization: { interval: 1s }
        resources:
          - resource: %s
            scopes: [notes:read, notes:write]
            default_scopes: [notes:read]
        clients:
          - client_id: ci
            client_secret: ci-secret-of-the-tests-0123456789
            grant_types: [client_credentials]
            scope: notes:read notes:write
            token_endpoint_auth_method: client_secret_post
        accounts:
          - username: alice
            password: correct horse battery staple
            teams: [editors]
          - username: bob
            password: correct horse battery staple
        """
                .formatted(port, port, data, api.address())
            + more;
    issuer = AuthorizationServer.start(ConfigurationReader.parse(yaml, Overrides.of(Map.of())));
  }

  NotesApi api() {
    return api;
  }

  URI issuer() {
    return issuer.issuer();
  }

  /** What the tools require. */
  static ToolAuthorizer authorizer() {
    return ToolAuthorizer.builder(Requirement.scopes("notes:read"))
        .tool("write_note", Requirement.scopes("notes:write"))
        .tool("edit_all", Requirement.scopes("notes:read").teams("editors"))
        .listing(ToolAuthorizer.Listing.REACHABLE)
        .build();
  }

  Provider provider() {
    return Provider.of("notes", api.address()).tokenFrom("NOTES_TOKEN");
  }

  StdioLogin.Builder login() {
    return login(provider());
  }

  StdioLogin.Builder login(Provider provider) {
    return StdioLogin.builder(authorizer())
        .clientName("the notes server")
        .provider(provider)
        .open("about")
        .environment(Map.of());
  }

  /** A host before a server with that login. */
  StdioHost host(Consumer<StdioLogin.Builder> wishes) throws IOException {
    StdioLogin.Builder builder = login();
    wishes.accept(builder);
    return host(builder);
  }

  /** A host before a server with a login of its own. */
  StdioHost host(StdioLogin.Builder builder) throws IOException {
    StdioLogin login = builder.build();
    return new StdioHost((in, out) -> {
      StdioTransport transport = login.transport(in, out);
      McpServer.sync(transport)
          .serverInfo("notes", "1.0")
          .capabilities(ServerCapabilities.builder().tools(true).build())
          .tools(
              tool(login, "read_notes", "GET"),
              tool(login, "write_note", "POST"),
              tool(login, "edit_all", "GET"),
              tool(login, "write_unannounced", "POST"),
              SyncToolSpecification.builder()
                  .tool(described("about"))
                  .callHandler((exchange, request) -> text("notes"))
                  .build())
          .immediateExecution(true)
          .build();
      transport.awaitEnd();
    });
  }

  private SyncToolSpecification tool(StdioLogin login, String name, String method) {
    return login.tool(described(name), (access, request) -> text(send(access, method)));
  }

  private static Tool described(String name) {
    return Tool.builder(name, Map.of("type", "object")).description(name).build();
  }

  private static CallToolResult text(String text) {
    return CallToolResult.builder().addTextContent(text).build();
  }

  private String send(Access access, String method) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(api.notes())
              .method(method, HttpRequest.BodyPublishers.ofString(""))
              .build();
      HttpResponse<String> answer =
          access.http().send(request, HttpResponse.BodyHandlers.ofString());
      String who = access.caller().subject() + " by " + access.caller().clientId();
      return answer.statusCode() + " " + answer.body() + " for " + who;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A token that somebody obtained in another way. */
  String tokenOf(URI resource, String scope) throws IOException, InterruptedException {
    String form =
        "grant_type=client_credentials&client_id=ci&client_secret=ci-secret-of-the-tests-0123456789"
            + "&resource="
            + URLEncoder.encode(resource.toString(), StandardCharsets.UTF_8)
            + "&scope="
            + URLEncoder.encode(scope, StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(issuer.issuer() + "/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return Json.readTree(answer).path("access_token").asString();
    }
  }

  /** One at a time: many sign-ins of one name at once look like guessing. */
  synchronized void approve(String text) throws Exception {
    decide(text, "alice", "allow");
  }

  synchronized void decide(String text, String username, String decision) throws Exception {
    Matcher code = CODE.matcher(text);
    if (!code.find()) {
      throw new AssertionError("no code in " + text);
    }
    try (PlayedPerson person = new PlayedPerson(username, "correct horse battery staple")) {
      person.decide(URI.create(issuer.issuer() + "/device"), code.group(1), decision);
    }
  }

  @Override
  public void close() {
    issuer.close();
    api.close();
  }
}

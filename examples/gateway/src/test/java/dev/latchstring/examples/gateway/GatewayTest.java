package dev.latchstring.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.mcpclient.McpAuthorization;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway, its tool servers and {@code latch serve} as people and attackers meet them. */
@Timeout(300)
class GatewayTest {
  private static final String EVERYTHING = "tickets:read tickets:write invoices:read invoices:pay";
  private static final Map<String, Object> T2 = Map.of("ticket", "T-2");

  @TempDir private static Path folder;
  private static Processes processes;

  @BeforeAll
  static void start() throws Exception {
    processes = new Processes(folder);
  }

  @AfterAll
  static void stop() {
    if (processes != null) {
      processes.close();
    }
  }

  private static McpSyncClient client(URI url, String token) {
    McpSyncClient client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
                    .endpoint("/mcp")
                    .addHttpRequestCustomizer((request, method, uri, body, context) ->
                        request.header("Authorization", "Bearer " + token))
                    .build())
            .build();
    client.initialize();
    return client;
  }

  private static String said(McpSyncClient client, String tool, Map<String, Object> arguments) {
    CallToolResult result =
        client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
    assertThat(result.isError()).as("%s", result).isNotEqualTo(true);
    return ((TextContent) result.content().getFirst()).text();
  }

  private static HttpResponse.ResponseInfo refusal(McpSyncClient client, String tool) {
    Throwable thrown = catchThrowable(() -> said(client, tool, T2));
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof McpHttpClientTransportAuthorizationException refused) {
        return refused.getResponseInfo();
      }
    }
    throw new AssertionError("not refused by an HTTP status", thrown);
  }

  private static String challenge(HttpResponse.ResponseInfo refusal) {
    return refusal.headers().allValues("WWW-Authenticate").stream()
        .filter(challenge -> challenge.startsWith("Bearer"))
        .findFirst()
        .orElse("");
  }

  @Test
  void each_tool_server_is_told_who_calls_and_through_whom() throws Exception {
    String token = processes.token("alice", EVERYTHING);
    String alice = Processes.subject(token);
    try (McpSyncClient client = client(processes.gateway, token)) {
      assertThat(said(client, "list_tickets", Map.of()))
          .startsWith("tickets of " + alice + ": T-1");
      assertThat(said(client, "close_ticket", T2))
          .isEqualTo("T-2 of " + alice + " is closed, through gateway");
      assertThat(said(client, "list_invoices", Map.of()))
          .isEqualTo("invoices of " + alice + ": 2026-117");
      assertThat(said(client, "pay_invoice", Map.of()))
          .isEqualTo("paid by " + alice + ", through gateway");
    }
  }

  @Test
  void what_is_missing_is_said_at_once_and_before_anybody_is_called() throws Exception {
    String alice = processes.token("alice", "tickets:read invoices:read");
    String bob = processes.token("bob", EVERYTHING);
    String before = vouched();
    try (McpSyncClient little = client(processes.gateway, alice);
        McpSyncClient accountant = client(processes.gateway, bob)) {
      HttpResponse.ResponseInfo close = refusal(little, "close_ticket");
      assertThat(close.statusCode()).isEqualTo(403);
      assertThat(challenge(close))
          .contains("error=\"insufficient_scope\"", "scope=\"tickets:read tickets:write\"");
      HttpResponse.ResponseInfo pay = refusal(little, "pay_invoice");
      assertThat(pay.statusCode()).isEqualTo(403);
      assertThat(challenge(pay)).contains("scope=\"invoices:read invoices:pay\"");
      HttpResponse.ResponseInfo delete = refusal(little, "delete_ticket");
      assertThat(delete.statusCode()).isEqualTo(401);
      assertThat(challenge(delete))
          .contains(
              "error=\"insufficient_user_authentication\"",
              "acr_values=\"urn:latchstring:acr:mfa\"",
              "scope=\"tickets:read tickets:write\"");
      HttpResponse.ResponseInfo team = refusal(accountant, "close_ticket");
      assertThat(team.statusCode()).isEqualTo(403);
      assertThat(challenge(team)).doesNotContain("error=", "support");
      assertThat(refusal(little, "no_such_tool").statusCode()).isEqualTo(403);
      assertThat(vouched()).as("so nobody was called").isEqualTo(before);

      said(little, "list_tickets", Map.of());
      assertThat(vouched()).as("and now somebody was").isNotEqualTo(before);
    }
  }

  /** What the authorization server noted of calls that it vouched for. */
  private static String vouched() throws Exception {
    return processes
        .log("serve")
        .lines()
        .filter(line -> line.contains("vouched for"))
        .toList()
        .toString();
  }

  @Test
  void the_list_says_what_each_tool_requires_and_shows_what_can_be_reached() throws Exception {
    try (McpSyncClient support =
            client(processes.gateway, processes.token("alice", "tickets:read"));
        McpSyncClient accountant = client(processes.gateway, processes.token("bob", EVERYTHING))) {
      List<Tool> seen = support.listTools().tools();

      assertThat(seen)
          .extracting(Tool::name)
          .containsExactlyInAnyOrder(
              "list_tickets", "close_ticket", "delete_ticket", "list_invoices", "pay_invoice");
      assertThat(seen.stream().filter(tool -> tool.name().equals("pay_invoice")).findFirst())
          .hasValueSatisfying(tool ->
              assertThat(tool.meta().get(Requirement.META_KEY).toString())
                  .isEqualTo("{scopes=[invoices:read, invoices:pay], max_age=600}"));
      assertThat(accountant.listTools().tools())
          .extracting(Tool::name)
          .containsExactlyInAnyOrder("list_tickets", "list_invoices", "pay_invoice");
    }
  }

  @Test
  void neither_arguments_nor_metadata_of_a_host_make_anybody_else_of_a_caller() throws Exception {
    String token = processes.token("alice", EVERYTHING);
    String bobs = processes.token("bob", EVERYTHING);
    String alice = Processes.subject(token);
    String bob = Processes.subject(bobs);
    String forBob =
        processes.assertion(bobs, Main.TICKETS, CallDigest.of("tools/call", "list_tickets", null));
    try (McpSyncClient client = client(processes.gateway, token)) {
      assertThat(said(client, "list_tickets", Map.of("user", bob, "sub", bob, "caller", "bob")))
          .startsWith("tickets of " + alice);
      for (Object identity : List.of(forBob, Map.of("sub", bob), "bob")) {
        CallToolResult result =
            client.callTool(
                CallToolRequest.builder("list_tickets")
                    .arguments(Map.of())
                    .meta(Map.of(CallIdentity.META_KEY, identity))
                    .build());
        assertThat(((TextContent) result.content().getFirst()).text())
            .startsWith("tickets of " + alice);
      }
    }
  }

  @Test
  void people_who_share_the_process_are_not_mixed_up() throws Exception {
    String token = processes.token("alice", EVERYTHING);
    String bobs = processes.token("bob", EVERYTHING);
    try (McpSyncClient alice = client(processes.gateway, token);
        McpSyncClient bob = client(processes.gateway, bobs);
        var threads = Executors.newFixedThreadPool(8)) {
      List<Future<Boolean>> calls =
          IntStream.range(0, 40)
              .mapToObj(i ->
                  threads.submit(() ->
                      said(i % 2 == 0 ? alice : bob, "list_tickets", Map.of("n", i))
                          .startsWith(
                              "tickets of " + Processes.subject(i % 2 == 0 ? token : bobs))))
              .toList();
      for (Future<Boolean> call : calls) {
        assertThat(call.get()).isTrue();
      }
    }
  }

  @Test
  void a_token_is_no_good_at_any_server_but_its_own() throws Exception {
    String forGateway = processes.token("alice", EVERYTHING);
    String forInvoices = processes.onward(forGateway, processes.invoices);

    assertThat(catchThrowable(() -> client(processes.invoices, forGateway)))
        .as("passed through")
        .isNotNull();
    assertThat(catchThrowable(() -> client(processes.gateway, forInvoices)))
        .as("taken back")
        .isNotNull();
    try (McpSyncClient client = client(processes.invoices, forInvoices)) {
      assertThat(said(client, "list_invoices", Map.of())).contains(Processes.subject(forGateway));
    }
  }

  @Test
  void a_program_whose_tokens_are_bound_to_a_key_of_its_own_is_served_as_well() {
    InteractiveLogin login =
        InteractiveLogin.showing(
            code -> {
              try (PlayedPerson alice = new PlayedPerson("alice", "only for development: alice")) {
                alice.decide(code.verificationUri(), code.userCode(), "allow");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            approval -> true);
    try (LatchClient latch = LatchClient.using(new MemoryTokenStore()).build()) {
      Account account = latch.account(processes.gateway);
      try (McpSyncClient client =
          McpAuthorization.of(account).login(login).build().syncClient().build()) {
        client.initialize();

        assertThat(said(client, "list_tickets", Map.of())).startsWith("tickets of ");
        assertThat(said(client, "list_invoices", Map.of())).startsWith("invoices of ");
      }
      assertThat(account.tokens().token().isBound()).isTrue();
    }
  }

  @Test
  void a_call_that_cannot_be_vouched_for_is_not_made() throws Exception {
    try (McpSyncClient client = client(processes.gateway, processes.token("alice", EVERYTHING))) {
      CallToolResult result =
          client.callTool(
              CallToolRequest.builder("list_tickets")
                  .arguments(Map.of("n", 9007199254740993L))
                  .build());

      assertThat(result.isError()).isTrue();
      assertThat(result.content().toString()).contains("write it as a text");
    }
  }

  @Test
  void a_tool_server_gets_neither_the_gateways_secret_nor_anybodys_token() throws Exception {
    ProcessHandle tickets = processes.gatewayProcess().children().findFirst().orElseThrow();
    Path environment = Path.of("/proc/" + tickets.pid() + "/environ");

    if (Files.isReadable(environment)) {
      assertThat(Files.readString(environment)).doesNotContain(Processes.SECRET, "LATCH_");
    }
    assertThat(processes.log("gateway")).doesNotContain("eyJ", Processes.SECRET);
  }

  @Test
  void the_tool_server_on_stdio_believes_a_signed_assertion_for_this_call_once_and_nothing_else()
      throws Exception {
    String token = processes.token("alice", EVERYTHING);
    Map<String, Object> arguments = Map.of("user", "bob");
    String digest =
        CallDigest.of("tools/call", "list_tickets", Json.mapper().valueToTree(arguments));
    try (StdioHost host = StdioHost.start(Main.tickets(processes.issuer))) {
      assertThat(host.refused("list_tickets", arguments, null)).contains("no identity assertion");
      assertThat(host.refused("list_tickets", arguments, Map.of("sub", "bob")))
          .contains("not a signed assertion");
      assertThat(host.refused("list_tickets", arguments, token)).contains("typ");
      assertThat(
              host.refused("list_tickets", arguments, Forged.byAStranger(processes.issuer, digest)))
          .contains("not signed by a key");
      assertThat(
              host.refused(
                  "list_tickets",
                  arguments,
                  Forged.byAStranger(URI.create("https://stranger.example"), digest)))
          .contains("not configured");
      assertThat(host.refused("list_tickets", arguments, Forged.unsigned(processes.issuer, digest)))
          .isNotEmpty();
      assertThat(
              host.refused(
                  "list_tickets",
                  arguments,
                  processes.assertion(token, Processes.ELSEWHERE, digest)))
          .contains("another audience");

      String good = processes.assertion(token, Main.TICKETS, digest);
      assertThat(host.refused("list_tickets", Map.of("user", "carol"), good))
          .contains("another call");
      assertThat(host.refused("close_ticket", arguments, good)).contains("another call");
      assertThat(host.said("list_tickets", arguments, good))
          .startsWith("tickets of " + Processes.subject(token));
      assertThat(host.refused("list_tickets", arguments, good)).contains("used before");
    }
  }

  @Test
  void what_the_gateway_overlooks_the_tool_server_refuses() throws Exception {
    String bobs = processes.token("bob", EVERYTHING);
    String digest = CallDigest.of("tools/call", "close_ticket", Json.mapper().valueToTree(T2));
    try (StdioHost host = StdioHost.start(Main.tickets(processes.issuer))) {
      McpError refused =
          host.refusal("close_ticket", T2, processes.assertion(bobs, Main.TICKETS, digest));

      assertThat(refused.getJsonRpcError().code()).isEqualTo(-31403);
      assertThat(refused.getJsonRpcError().data().toString())
          .contains("access_denied")
          .doesNotContain("support");
    }
  }
}

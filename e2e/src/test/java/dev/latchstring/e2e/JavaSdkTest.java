package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Scope;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The official Java SDK's client, directly at the protected clinic. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class JavaSdkTest {
  @TempDir private static Path folder;
  private static ProtectedClinic clinic;

  @BeforeAll
  static void start() throws Exception {
    clinic = ProtectedClinic.start(folder, "");
  }

  @AfterAll
  static void stop() throws Exception {
    clinic.close();
  }

  @Test
  void a_token_of_the_client_library_opens_the_server_to_the_official_client() {
    try (LatchClient latch = LatchClient.using(new MemoryTokenStore()).build()) {
      Account account = latch.account(clinic.url());
      Challenge challenge = refusal(catchThrowable(() -> call(account, "", Map.of())));
      assertThat(challenge.parameter("resource_metadata")).isNotNull();

      logIn(account, Scope.of("clinic:read"));
      assertThat(call(account, "find_appointments", Map.of("patient", "Moreau")))
          .contains("Moreau");

      Challenge more =
          refusal(catchThrowable(() -> call(account, "book_appointment", Map.of("patient", "1"))));
      assertThat(more.parameter("error")).isEqualTo("insufficient_scope");
      Scope needed = Scope.parse(String.valueOf(more.parameter("scope")));
      assertThat(needed.contains("clinic:write")).isTrue();

      logIn(account, needed);
      assertThat(call(account, "find_appointments", Map.of("patient", "Moreau")))
          .contains("Moreau");
      assertThat(account.tokens().token().scope().contains("clinic:write")).isTrue();
    }
  }

  private static void logIn(Account account, Scope scope) {
    LoginOutcome outcome =
        account
            .login(LoginOptions.DEFAULT.withScope(scope).asBearer())
            .run(code -> {
              try (PlayedPerson person =
                  new PlayedPerson(ServeProcess.USERNAME, ServeProcess.PASSWORD)) {
                person.decide(code.verificationUri(), code.userCode(), "allow");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    ((LoginOutcome.Approved) outcome).approval().confirm();
  }

  /** Opens a session, with a token where the account has one, and calls the tool. */
  private static String call(Account account, String tool, Map<String, Object> arguments) {
    var transport =
        HttpClientStreamableHttpTransport.builder(clinic.url().resolve("/").toString())
            .endpoint("/mcp")
            .addHttpRequestCustomizer((request, method, uri, body, context) -> {
              if (account.status().isPresent()) {
                request.header("Authorization", account.tokens().token().authorization());
              }
            })
            .build();
    try (McpSyncClient client =
        McpClient.sync(transport).requestTimeout(Duration.ofSeconds(20)).build()) {
      client.initialize();
      CallToolResult result =
          client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
      return ((TextContent) result.content().getFirst()).text();
    }
  }

  /** The challenge that the official client reports. */
  private static Challenge refusal(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof McpHttpClientTransportAuthorizationException refused) {
        HttpResponse.ResponseInfo response = refused.getResponseInfo();
        List<String> headers = response.headers().allValues("WWW-Authenticate");
        return Challenge.parse(headers).getFirst();
      }
    }
    throw new AssertionError("not refused, but: " + thrown, thrown);
  }
}

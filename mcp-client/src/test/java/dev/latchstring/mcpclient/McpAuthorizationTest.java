package dev.latchstring.mcpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/**
 * The official Java SDK's client at the protected clinic, with nothing of its own but the login.
 */
@Timeout(300)
class McpAuthorizationTest {
  @TempDir private static Path folder;
  private static final AtomicInteger ACCOUNTS = new AtomicInteger();
  private static Clinic clinic;

  @BeforeAll
  static void start() throws Exception {
    clinic = new Clinic(folder, UnaryOperator.identity());
  }

  @AfterAll
  static void stop() throws Exception {
    clinic.close();
  }

  private Account account;

  @BeforeEach
  void nobody() {
    account = clinic.account("desk " + ACCOUNTS.incrementAndGet());
    clinic.logins.set(0);
  }

  private McpAuthorization authorization() {
    return McpAuthorization.of(account).login(clinic.person()).build();
  }

  private static CallToolResult find(McpSyncClient client) {
    return client.callTool(
        CallToolRequest.builder("find_appointments")
            .arguments(Map.of("patient", "Moreau"))
            .build());
  }

  /** It is refused for its arguments, and not before its scope was asked for. */
  private static CallToolResult book(McpSyncClient client) {
    return client.callTool(
        CallToolRequest.builder("book_appointment").arguments(Map.of("patient_id", "x")).build());
  }

  /** As a framework does that makes the transport itself. */
  private static McpSyncClient byCustomizers(McpAuthorization authorization, Account account) {
    return McpClient.sync(
            HttpClientStreamableHttpTransport.builder(account.server().resolve("/").toString())
                .endpoint("/mcp")
                .addAsyncHttpRequestCustomizer(authorization.asyncRequestCustomizer())
                .authorizationErrorHandler(authorization.errorHandler())
                .build())
        .requestTimeout(Duration.ofSeconds(120))
        .initializationTimeout(Duration.ofSeconds(120))
        .build();
  }

  private McpSyncClient client(boolean customizers) {
    McpAuthorization authorization = authorization();
    return customizers ? byCustomizers(authorization, account) : authorization.syncClient().build();
  }

  @ParameterizedTest(name = "customizers: {0}")
  @ValueSource(booleans = {false, true})
  void the_first_message_logs_in_and_a_tool_that_needs_more_asks_for_it(boolean customizers) {
    try (McpSyncClient client = client(customizers)) {
      client.initialize();
      assertThat(find(client).content().toString()).contains("Moreau");
      assertThat(clinic.logins).hasValue(1);

      assertThat(book(client).isError()).isTrue();

      assertThat(clinic.logins).hasValue(2);
      assertThat(account.tokens().token().scope().values()).contains("clinic:read", "clinic:write");
      assertThat(book(client).isError()).isTrue();
      assertThat(clinic.logins).hasValue(2);
    }
  }

  @ParameterizedTest(name = "customizers: {0}")
  @ValueSource(booleans = {false, true})
  void a_login_that_ends_in_mid_session_is_done_again_in_the_same_session(boolean customizers) {
    try (McpSyncClient client = client(customizers)) {
      client.initialize();
      find(client);
      account.logout();

      assertThat(find(client).content().toString()).contains("Moreau");

      assertThat(clinic.logins).hasValue(2);
    }
  }

  @ParameterizedTest(name = "customizers: {0}")
  @ValueSource(booleans = {false, true})
  void fifty_calls_at_once_are_one_login(boolean customizers) {
    McpAuthorization authorization = authorization();
    McpAsyncClient client =
        customizers
            ? McpClient.async(
                    HttpClientStreamableHttpTransport.builder(
                            account.server().resolve("/").toString())
                        .endpoint("/mcp")
                        .addAsyncHttpRequestCustomizer(authorization.asyncRequestCustomizer())
                        .authorizationErrorHandler(authorization.errorHandler())
                        .build())
                .requestTimeout(Duration.ofSeconds(120))
                .build()
            : authorization.asyncClient().build();
    try {
      client.initialize().block();
      account.logout();
      clinic.logins.set(0);

      long answered =
          Flux.range(0, 50)
              .flatMap(
                  i ->
                      client.callTool(
                          CallToolRequest.builder("find_appointments")
                              .arguments(Map.of("patient", "Moreau"))
                              .build()),
                  50)
              .filter(result -> result.content().toString().contains("Moreau"))
              .count()
              .block();

      assertThat(answered).isEqualTo(50);
      assertThat(clinic.logins).hasValue(1);
    } finally {
      client.close();
    }
  }

  @Test
  void without_anybody_to_ask_the_cause_says_how_to_log_in() {
    try (McpSyncClient client = McpAuthorization.of(account).build().syncClient().build()) {
      ClientException why = cause(catchThrowable(client::initialize));

      assertThat(why.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
      assertThat(why.hint()).contains("latch login");
    }
  }

  @Test
  void a_login_that_was_denied_is_told_as_that() {
    McpAuthorization authorization =
        McpAuthorization.of(account).login(clinic.decides("deny")).build();
    try (McpSyncClient client = authorization.syncClient().build()) {
      assertThat(cause(catchThrowable(client::initialize))).hasMessageContaining("denied");
      assertThat(clinic.logins).hasValue(1);
    }
  }

  private static ClientException cause(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ClientException found) {
        return found;
      }
    }
    throw new AssertionError("no cause of ours", thrown);
  }
}

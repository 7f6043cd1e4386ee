package dev.latchstring.mcpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchstring.client.Account;
import dev.latchstring.mcpserver.http.DpopPolicy;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/**
 * The official Java SDK's client at a protected server of protocol 2024-11-05: a stream of events,
 * and an address for messages beside it, which are one server to the login.
 */
@SuppressWarnings("deprecation") // As long as servers of that protocol are alive.
@Timeout(300)
class EventTransportTest {
  @TempDir private static Path folder;
  private static final AtomicInteger ACCOUNTS = new AtomicInteger();
  private static EventClinic clinic;
  private Account account;

  @BeforeAll
  static void start() throws Exception {
    clinic = new EventClinic(folder, UnaryOperator.identity());
  }

  @AfterAll
  static void stop() throws Exception {
    clinic.close();
  }

  @BeforeEach
  void nobody() {
    account = clinic.account("desk " + ACCOUNTS.incrementAndGet());
    clinic.person.logins.set(0);
  }

  private static McpSyncClient client(HttpClientSseClientTransport.Builder transport) {
    return McpClient.sync(transport.build())
        .requestTimeout(Duration.ofSeconds(120))
        .initializationTimeout(Duration.ofSeconds(120))
        .build();
  }

  private McpAuthorization authorization() {
    return McpAuthorization.of(account).login(clinic.person.allows()).build();
  }

  private static String call(McpSyncClient client, String tool) {
    return client
        .callTool(CallToolRequest.builder(tool).arguments(Map.of()).build())
        .content()
        .toString();
  }

  @Test
  void the_stream_logs_in_and_a_tool_that_needs_more_asks_for_it() {
    try (McpSyncClient client = client(authorization().sse())) {
      client.initialize();
      assertThat(clinic.person.logins).hasValue(1);
      assertThat(call(client, "read")).contains("read by [front-desk]");
      assertThat(clinic.person.logins).hasValue(1);

      assertThat(call(client, "write")).contains("written by [front-desk]");

      assertThat(clinic.person.logins).hasValue(2);
      assertThat(account.tokens().token().scope().values()).contains("clinic:read", "clinic:write");
      assertThat(call(client, "write")).contains("written by [front-desk]");
      assertThat(clinic.person.logins).hasValue(2);
    }
  }

  @Test
  void a_transport_that_was_configured_elsewhere_is_authorized() {
    String base = account.server().resolve("/").toString();
    try (McpSyncClient client =
        client(
            authorization()
                .authorize(HttpClientSseClientTransport.builder(base).sseEndpoint("/sse")))) {
      client.initialize();
      assertThat(call(client, "read")).contains("read by [front-desk]");
    }
  }

  @Test
  void a_login_that_ends_in_mid_session_is_done_again_and_the_stream_goes_on() {
    try (McpSyncClient client = client(authorization().sse())) {
      client.initialize();
      call(client, "read");
      account.logout();

      assertThat(call(client, "read")).contains("read by [front-desk]");

      assertThat(clinic.person.logins).hasValue(2);
    }
  }

  @Test
  void many_calls_at_once_are_one_login() {
    McpAsyncClient client =
        McpClient.async(authorization().sse().build())
            .requestTimeout(Duration.ofSeconds(120))
            .build();
    try {
      client.initialize().block();
      account.logout();
      clinic.person.logins.set(0);

      Long answered =
          Flux.range(0, 20)
              .flatMap(
                  i -> client.callTool(CallToolRequest.builder("read").arguments(Map.of()).build()),
                  20)
              .filter(result -> result.content().toString().contains("read by [front-desk]"))
              .count()
              .block();

      assertThat(answered).isEqualTo(20);
      assertThat(clinic.person.logins).hasValue(1);
    } finally {
      client.close();
    }
  }

  @Test
  void stream_and_messages_are_proven_with_the_servers_nonce(@TempDir Path other) throws Exception {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    DpopPolicy policy = DpopPolicy.required().withNonces(key);
    try (EventClinic bound = new EventClinic(other, filter -> filter.dpop(policy))) {
      Account there = bound.account("desk");
      McpAuthorization authorization =
          McpAuthorization.of(there).login(bound.person.allows()).build();
      try (McpSyncClient client = client(authorization.sse())) {
        client.initialize();
        assertThat(call(client, "read")).contains("read by [front-desk]");
        assertThat(call(client, "read")).contains("read by [front-desk]");
        assertThat(there.tokens().token().isBound()).isTrue();
        assertThat(bound.person.logins).hasValue(1);
      }
    }
  }

  /** The SDK tells nobody why the stream could not be opened; it is seen in its log alone. */
  @Test
  void without_anybody_to_ask_it_ends_with_the_transports_own_time_limit() {
    Duration limit = Duration.ofSeconds(2);
    try (McpSyncClient client =
        McpClient.sync(McpAuthorization.of(account).build().sse().build())
            .initializationTimeout(limit)
            .build()) {
      assertThat(catchThrowable(client::initialize)).hasRootCauseInstanceOf(TimeoutException.class);
      assertThat(clinic.person.logins).hasValue(0);
    }
  }
}

package dev.latchstring.mcpclient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.Account;
import dev.latchstring.mcpserver.http.DpopPolicy;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9449: a clinic that takes bound tokens alone, with its own nonces. */
@Timeout(300)
class DpopTest {
  @TempDir private Path folder;

  @ParameterizedTest(name = "customizers: {0}")
  @ValueSource(booleans = {false, true})
  void every_message_is_proven_with_the_servers_nonce(boolean customizers) throws Exception {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    DpopPolicy policy = DpopPolicy.required().withNonces(key);
    try (Clinic clinic = new Clinic(folder, filter -> filter.dpop(policy))) {
      Account account = clinic.account("alice");
      McpAuthorization authorization = McpAuthorization.of(account).login(clinic.person()).build();
      try (McpSyncClient client =
          customizers
              ? byCustomizers(authorization, account)
              : authorization.syncClient().build()) {
        client.initialize();
        for (int i = 0; i < 3; i++) {
          assertThat(
                  client
                      .callTool(
                          CallToolRequest.builder("find_appointments")
                              .arguments(Map.of("patient", "Moreau"))
                              .build())
                      .content()
                      .toString())
              .contains("Moreau");
        }
        assertThat(account.tokens().token().isBound()).isTrue();
        assertThat(clinic.logins).hasValue(1);
      }
    }
  }

  private static McpSyncClient byCustomizers(McpAuthorization authorization, Account account) {
    return McpClient.sync(
            HttpClientStreamableHttpTransport.builder(account.server().resolve("/").toString())
                .endpoint("/mcp")
                .addAsyncHttpRequestCustomizer(authorization.asyncRequestCustomizer())
                .authorizationErrorHandler(authorization.errorHandler())
                .build())
        .requestTimeout(Duration.ofSeconds(120))
        .build();
  }
}

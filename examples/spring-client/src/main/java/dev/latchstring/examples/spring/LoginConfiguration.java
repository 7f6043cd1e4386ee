package dev.latchstring.examples.spring;

import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.mcpclient.McpAuthorization;
import io.modelcontextprotocol.client.McpSyncClient;
import java.net.URI;
import java.net.http.HttpClient;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * Needs a {@link TokenStore} and an {@link InteractiveLogin} of the application, and the property
 * {@code mcp.server}. With Spring Boot it is picked up as it is.
 */
@Configuration(proxyBeanMethods = false)
public class LoginConfiguration {
  @Bean
  LatchClient latch(TokenStore store) {
    return LatchClient.using(store).clientName("Example for Spring").build();
  }

  @Bean
  Account account(LatchClient latch, @Value("${mcp.server}") URI server) {
    return latch.account(server);
  }

  @Bean
  McpAuthorization mcpAuthorization(Account account, InteractiveLogin login) {
    return McpAuthorization.of(account).login(login).build();
  }

  /** Lazy: a server that is away does not keep the application from starting. */
  @Bean
  @Lazy
  McpSyncClient mcpClient(McpAuthorization authorization) {
    McpSyncClient client = authorization.syncClient().build();
    client.initialize();
    return client;
  }

  /**
   * Anything over {@code java.net.http} takes the authorized client. An interceptor could add a
   * token, but not send a request again whose body was written.
   */
  @Bean
  RestClient restClient(Account account, McpAuthorization authorization) {
    HttpClient http = authorization.httpClient();
    return RestClient.builder()
        .baseUrl(account.server().toString())
        .requestFactory(new JdkClientHttpRequestFactory(http))
        .build();
  }
}

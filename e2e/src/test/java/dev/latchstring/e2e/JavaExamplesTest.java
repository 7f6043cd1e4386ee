package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.examples.javaclient.Main;
import dev.latchstring.examples.javaclient.PlainHttp;
import dev.latchstring.examples.spring.LoginConfiguration;
import io.modelcontextprotocol.client.McpSyncClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

/** The examples for plain Java and Spring at the protected clinic. */
@Timeout(300)
class JavaExamplesTest {
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
      "capabilities":{},"clientInfo":{"name":"example","version":"1"}}}\
      """;

  @TempDir private static Path folder;
  private static ProtectedClinic clinic;
  private static final AtomicInteger LOGINS = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    clinic = ProtectedClinic.start(folder, "");
  }

  @AfterAll
  static void stop() throws Exception {
    clinic.close();
  }

  @BeforeEach
  void nobody() {
    LOGINS.set(0);
  }

  private static InteractiveLogin person() {
    return InteractiveLogin.showing(
        code -> {
          LOGINS.incrementAndGet();
          try (PlayedPerson person =
              new PlayedPerson(ServeProcess.USERNAME, ServeProcess.PASSWORD)) {
            person.decide(code.verificationUri(), code.userCode(), "allow");
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        approval -> true);
  }

  @Test
  void a_program_lists_the_tools_and_sends_plain_http_by_one_login() throws Exception {
    try (LatchClient latch = LatchClient.using(new MemoryTokenStore()).build()) {
      Account account = latch.account(clinic.url());

      assertThat(Main.tools(account, person())).contains("find_appointments");
      assertThat(PlainHttp.post(account, person(), INITIALIZE)).contains("clinic-front-desk");

      assertThat(LOGINS).hasValue(1);
    }
  }

  @Test
  void a_spring_application_has_both_as_beans_with_one_login() {
    try (var spring = new AnnotationConfigApplicationContext()) {
      spring
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("test", Map.of("mcp.server", clinic.url().toString())));
      spring.registerBean(TokenStore.class, MemoryTokenStore::new);
      spring.registerBean(InteractiveLogin.class, JavaExamplesTest::person);
      spring.register(LoginConfiguration.class);
      spring.refresh();

      assertThat(spring.getBean(McpSyncClient.class).listTools().tools()).isNotEmpty();
      assertThat(
              spring
                  .getBean(RestClient.class)
                  .post()
                  .contentType(MediaType.APPLICATION_JSON)
                  .accept(MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM)
                  .body(INITIALIZE)
                  .retrieve()
                  .body(String.class))
          .contains("clinic-front-desk");

      assertThat(LOGINS).hasValue(1);
    }
  }
}

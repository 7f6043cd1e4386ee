package dev.latchstring.authorizationserver.trace;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** What the log tells whoever guards the server. */
@Isolated("reads the log")
class SecurityLogTest {
  private static RunningServer server;

  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> log =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
          events.add(event);
        }
      };

  @BeforeAll
  static void start() {
    server = RunningServer.start(CLINIC_YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void listen() {
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(SecurityLog.class);
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void leave() {
    Logger logger = (Logger) LoggerFactory.getLogger(SecurityLog.class);
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  private ILoggingEvent only(String event) {
    List<ILoggingEvent> found =
        events.stream().filter(one -> event.equals(members(one).get("event"))).toList();
    assertThat(found).as(event + " of " + events).hasSize(1);
    return found.getFirst();
  }

  private static Map<String, String> members(ILoggingEvent event) {
    return event.getKeyValuePairs().stream()
        .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
  }

  @Test
  void a_refusal_names_the_client_and_where_it_came_from() {
    server.asCiJob("/token", "grant_type", "client_credentials", "scope", "vault:open");

    ILoggingEvent event = only("request_refused");
    assertThat(members(event))
        .containsEntry("endpoint", "/token")
        .containsEntry("error", "invalid_scope")
        .containsEntry("client_id", "ci-job")
        .containsKey("address")
        .containsKey("reason");
    assertThat(event.getFormattedMessage())
        .startsWith("request_refused method=POST endpoint=/token error=invalid_scope");
  }

  @Test
  void a_guess_at_a_secret_is_told_without_the_guess_and_without_a_name_that_is_not_proved() {
    server.postRaw(
        "/token",
        "grant_type=client_credentials",
        "Authorization",
        basic("ci-job", "guess-guess-guess"));

    ILoggingEvent event = only("request_refused");
    assertThat(members(event))
        .containsEntry("error", "invalid_client")
        .doesNotContainKey("client_id");
    assertThat(event.getFormattedMessage()).doesNotContain("guess");
  }

  @Test
  void a_wrong_password_is_told_without_what_was_typed() {
    JsonNode asked = server.ask();
    assertThatThrownBy(() -> server.decide(asked, "hunter2", "correct horse", "allow"))
        .isInstanceOf(AssertionError.class);

    assertThat(only("sign_in_failed").getFormattedMessage())
        .startsWith("sign_in_failed address=")
        .doesNotContain("hunter2")
        .doesNotContain("correct");
  }

  @Test
  void a_login_and_its_refresh_token_used_twice_are_told() {
    JsonNode login = server.login();
    assertThat(members(only("signed_in"))).containsKeys("subject", "address");
    assertThat(members(only("device_allowed"))).containsEntry("client_id", "phone");
    String token = login.path("refresh_token").asString();
    Answer next = server.refresh("phone", token);
    server.refresh("phone", next.text("refresh_token"));
    assertThat(server.refresh("phone", token).outcome()).isEqualTo("400 invalid_grant");

    ILoggingEvent event = only("used_again");
    assertThat(event.getLevel()).isEqualTo(Level.WARN);
    assertThat(members(event))
        .containsEntry("what", "refresh_token")
        .containsEntry("client_id", "phone")
        .containsKey("grant_id");
    assertThat(events.toString()).doesNotContain(token).doesNotContain(next.text("refresh_token"));
  }

  @Test
  void registrations_are_told_with_the_strangers_words_on_one_line() {
    Answer registered =
        server.postJson(
            "/register",
            "{\"redirect_uris\":[\"https://app.example/back\"],\"client_name\":\"Zoë's app\"}");

    ILoggingEvent event = only("client_registered");
    assertThat(members(event))
        .containsEntry("client_id", registered.text("client_id"))
        .containsEntry("name", "Zo?'s app");
    assertThat(event.getFormattedMessage())
        .endsWith("name=\"Zo?'s app\"")
        .doesNotContain(registered.text("registration_access_token"));
  }

  @Test
  void polls_that_wait_are_not_told() {
    server.poll("phone", server.ask());

    assertThat(events).isEmpty();
  }
}

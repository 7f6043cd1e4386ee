package dev.latchstring.authorizationserver.delivery;

import static dev.latchstring.authorizationserver.delivery.Deliveries.CODE;
import static dev.latchstring.authorizationserver.delivery.Deliveries.HURRIED;
import static dev.latchstring.authorizationserver.delivery.Deliveries.message;
import static dev.latchstring.authorizationserver.delivery.GatewayServer.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.latchstring.authorizationserver.delivery.GatewayServer.Received;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.TlsHost;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** One-time codes by text message and by call, as a gateway's HTTP server receives them. */
@Isolated("reads the log")
class GatewayDeliveryTest {
  private static final String NUMBER = "+33 6 12 34 56 78";
  private static final String KEY = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY=";

  private CapturedLog log;

  @BeforeEach
  void listen() {
    log = new CapturedLog();
  }

  @AfterEach
  void nothing_secret_was_logged() {
    log.close();
    assertThat(log.all()).doesNotContain(CODE, "612345678", "12 34 56", "gateway-secret", KEY);
  }

  private static CodeDelivery delivery(GatewayServer gateway, String more) {
    return delivery(gateway, more, Map.of());
  }

  private static CodeDelivery delivery(
      GatewayServer gateway, String more, Map<String, String> environment) {
    String section = "{url: '" + gateway.url() + "'" + (more.isEmpty() ? "" : ", " + more) + "}";
    return Deliveries.of(
        "delivery: {sms: "
            + section
            + ", voice: "
            + section.replaceAll(", autofill[^,}]*", "")
            + "}",
        environment,
        HURRIED);
  }

  private static Message sms(String reference) {
    return message(Channel.SMS, NUMBER, reference);
  }

  @Test
  void a_gateway_gets_the_text_and_whom_it_is_for_but_no_code_apart_from_it() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "from: Clinic")) {
      delivery.send(sms("ref-1"));

      Received request = gateway.next();
      assertThat(request.path()).isEqualTo("/messages");
      assertThat(request.header("Content-Type")).isEqualTo("application/json");
      assertThat(request.header("Idempotency-Key")).isEqualTo("ref-1");
      JsonNode body = Json.readTree(request.body());
      assertThat(body.propertyNames())
          .containsExactlyInAnyOrder(
              "channel", "to", "from", "text", "locale", "reference", "expires_in");
      assertThat(body.get("channel").stringValue()).isEqualTo("sms");
      assertThat(body.get("to").stringValue()).isEqualTo("+33612345678");
      assertThat(body.get("from").stringValue()).isEqualTo("Clinic");
      assertThat(body.get("text").stringValue())
          .isEqualTo(
              "Your code for Front desk: 481516. Good for 5 minutes. If you did not ask for it, tell"
                  + " nobody.");
      assertThat(body.get("locale").stringValue()).isEqualTo("en");
      assertThat(body.get("reference").stringValue()).isEqualTo("ref-1");
      assertThat(body.get("expires_in").asInt()).isBetween(290, 300);
      assertThat(log.await("code_sent", "ref-1")).contains("channel=sms to=***78");
    }
  }

  @Test
  void the_code_stands_apart_where_the_operator_wants_that() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "include_code: true")) {
      delivery.send(sms("ref-1"));

      assertThat(Json.readTree(gateway.next().body()).get("code").stringValue()).isEqualTo(CODE);
    }
  }

  @Test
  void a_call_speaks_the_code_slowly_and_twice() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "")) {
      delivery.send(message(Channel.VOICE, NUMBER, "ref-1"));

      JsonNode body = Json.readTree(gateway.next().body());
      assertThat(body.get("channel").stringValue()).isEqualTo("voice");
      assertThat(body.get("text").stringValue())
          .isEqualTo(
              "Hello. Your code for Front desk is: 4, 8, 1, 5, 1, 6. Once more: 4, 8, 1, 5, 1, 6."
                  + " Goodbye.");
    }
  }

  @Test
  void a_receiver_verifies_the_signature_with_a_library_that_others_wrote() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "", Map.of("LATCH_SMS_SIGNING_KEY", KEY))) {
      delivery.send(sms("ref-1"));

      Received request = gateway.next();
      Map<String, List<String>> headers =
          request.allHeaders().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      entry -> entry.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
      assertThat(headers.get("webhook-id")).containsExactly("ref-1");
      assertThatCode(() -> new Webhook(KEY).verify(request.body(), headers))
          .doesNotThrowAnyException();
      assertThatThrownBy(
              () -> new Webhook(KEY).verify(request.body().replace("481516", "481517"), headers))
          .isInstanceOf(WebhookVerificationException.class);
    }
  }

  @Test
  void a_request_without_a_key_is_not_signed() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "")) {
      delivery.send(sms("ref-1"));

      assertThat(gateway.next().headers().keySet())
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("webhook-"));
    }
  }

  @Test
  void the_operators_headers_come_along_with_values_from_the_environment() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery =
            delivery(
                gateway,
                "headers: {X-Api-Key: {env: GATEWAY_KEY}, X-Team: clinic}",
                Map.of("GATEWAY_KEY", "gateway-secret"))) {
      delivery.send(sms("ref-1"));

      Received request = gateway.next();
      assertThat(request.header("X-Api-Key")).isEqualTo("gateway-secret");
      assertThat(request.header("X-Team")).isEqualTo("clinic");
    }
  }

  @Test
  void a_form_is_what_twilio_takes() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery =
            delivery(
                gateway,
                "format: form, from: '+15005550006', user: AC123, password: gateway-secret,"
                    + " parameters: {MessagingServiceSid: MG1}")) {
      gateway.answers.add(status(201));
      delivery.send(sms("ref-1"));

      Received request = gateway.next();
      assertThat(request.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
      assertThat(request.header("Authorization"))
          .isEqualTo(
              "Basic "
                  + Base64.getEncoder().encodeToString("AC123:gateway-secret".getBytes(UTF_8)));
      assertThat(form(request.body()))
          .containsEntry("To", "+33612345678")
          .containsEntry("From", "+15005550006")
          .containsEntry("MessagingServiceSid", "MG1")
          .hasEntrySatisfying("Body", text -> assertThat(text).contains(CODE))
          .hasSize(4);
    }
  }

  @Test
  void a_call_by_form_has_its_words_in_twiml() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "format: form, from: '+15005550006'")) {
      delivery.send(
          new Message(
              Channel.VOICE,
              NUMBER,
              CODE,
              Locale.FRENCH,
              Duration.ofMinutes(5),
              "<Dial>&\"",
              "ref-1"));

      assertThat(form(gateway.next().body()).get("Twiml"))
          .startsWith(
              "<Response><Say language=\"fr-FR\">Bonjour. Votre code pour &lt;Dial&gt;&amp;")
          .contains("4, 8, 1, 5, 1, 6")
          .endsWith("</Say></Response>");
    }
  }

  private static Map<String, String> form(String body) {
    return Arrays.stream(body.split("&"))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> URLDecoder.decode(pair[0], UTF_8),
                pair -> URLDecoder.decode(pair[1], UTF_8)));
  }

  @Test
  void the_last_line_lets_a_telephone_fill_the_code_in_on_the_operators_pages() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "autofill_domain: clinic.example")) {
      delivery.send(sms("ref-1"));

      assertThat(Json.readTree(gateway.next().body()).get("text").stringValue())
          .endsWith("\n\n@clinic.example #481516");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void a_gateway_that_has_no_time_is_asked_again_under_the_same_key(int code) throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "")) {
      gateway.answers.add(status(code));
      gateway.answers.add(status(code));
      delivery.send(sms("ref-1"));

      for (int i = 0; i < 3; i++) {
        assertThat(gateway.next().header("Idempotency-Key")).isEqualTo("ref-1");
      }
      assertThat(log.await("code_sent", "ref-1")).contains("attempts=3");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 410, 422, 501})
  void a_gateway_that_says_no_is_not_asked_again(int code) throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "")) {
      gateway.answers.add(status(code));
      delivery.send(sms("ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("the gateway answered " + code);
      assertThat(gateway.paths).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_is_not_followed(int code) throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "")) {
      gateway.answers.add(exchange -> {
        exchange.getResponseHeaders().set("Location", "/elsewhere");
        exchange.sendResponseHeaders(code, -1);
      });
      delivery.send(sms("ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("answered " + code);
      assertThat(gateway.paths).containsExactly("/messages");
    }
  }

  @Test
  void of_an_endless_answer_nothing_is_read() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "")) {
      CountDownLatch broken = new CountDownLatch(1);
      gateway.answers.add(exchange -> {
        exchange.sendResponseHeaders(200, 0);
        byte[] much = new byte[1 << 16];
        try {
          while (true) {
            exchange.getResponseBody().write(much);
          }
        } finally {
          broken.countDown();
        }
      });
      delivery.send(sms("ref-1"));

      log.await("code_sent", "ref-1");
      assertThat(broken.await(120, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_gateway_that_hangs_is_left_after_a_while() throws Exception {
    Pace pace =
        new Pace(
            Duration.ofMillis(1),
            List.of(Duration.ofMillis(5)),
            Duration.ofMillis(500),
            Duration.ofSeconds(10),
            8,
            8);
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery =
            Deliveries.of("delivery: {sms: {url: '" + gateway.url() + "'}}", Map.of(), pace)) {
      gateway.hanging = new CountDownLatch(1);
      delivery.send(sms("ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("it took longer than");
      assertThat(gateway.paths).hasSize(2);
    }
  }

  @Test
  void a_gateway_that_is_away_is_tried_again() throws Exception {
    GatewayServer gateway = GatewayServer.plain();
    try (CodeDelivery delivery = delivery(gateway, "")) {
      gateway.close();
      delivery.send(sms("ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("could not be reached");
    }
  }

  @Test
  void only_a_gateway_that_somebody_vouches_for_gets_anything(@TempDir Path folder)
      throws Exception {
    try (TlsHost host = TlsHost.start(folder);
        GatewayServer gateway = GatewayServer.tls(host.tls());
        CodeDelivery believing = delivery(gateway, "ca_file: " + host.caFile());
        CodeDelivery other = delivery(gateway, "")) {
      other.send(sms("ref-1"));
      assertThat(log.await("code_not_sent", "ref-1")).contains("its certificate is not believed");
      assertThat(gateway.paths).isEmpty();

      believing.send(sms("ref-2"));
      assertThat(gateway.next().header("Idempotency-Key")).isEqualTo("ref-2");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0612345678",
        "+0612345678",
        "+33",
        "+3361234567890123",
        "+33612345678,+33612345679",
        "+33612345678&To=+33612345679",
        "+33612345678 ext. 9",
        "alice@example.com"
      })
  void what_is_no_number_reaches_no_gateway(String number) throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = delivery(gateway, "")) {
      delivery.send(message(Channel.SMS, number, "ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("is not a telephone number");
      assertThat(gateway.paths).isEmpty();
    }
  }
}

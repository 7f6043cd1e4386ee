package dev.latchstring.authorizationserver.delivery;

import static dev.latchstring.authorizationserver.delivery.Deliveries.CODE;
import static dev.latchstring.authorizationserver.delivery.Deliveries.HURRIED;
import static dev.latchstring.authorizationserver.delivery.Deliveries.message;
import static dev.latchstring.authorizationserver.delivery.GatewayServer.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.config.DeliverySettings;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What happens to a message between being handed over and being over. */
@Isolated("reads the log")
class CodeDeliveryTest {
  private static final String NUMBER = "+33612345678";

  private CapturedLog log;

  @BeforeEach
  void listen() {
    log = new CapturedLog();
  }

  @AfterEach
  void nothing_secret_was_logged() {
    log.close();
    assertThat(log.all()).doesNotContain(CODE, "612345678");
  }

  private static String yaml(GatewayServer gateway) {
    return "delivery: {sms: {url: '" + gateway.url() + "'}}";
  }

  private static Message sms(String reference) {
    return message(Channel.SMS, NUMBER, reference);
  }

  private static Pace places(int places, Duration close) {
    return new Pace(Duration.ofMillis(1), List.of(), Duration.ofSeconds(20), close, places, 2);
  }

  private static int acceptedBeforeRefusal(Runnable send) {
    for (int accepted = 0; ; accepted++) {
      try {
        send.run();
      } catch (OAuthException refused) {
        assertThat(refused.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE);
        return accepted;
      }
    }
  }

  @Test
  void handing_over_waits_for_nobody_and_too_many_under_way_are_refused() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery =
            Deliveries.of(yaml(gateway), Map.of(), places(5, Duration.ofSeconds(10)))) {
      gateway.hanging = new CountDownLatch(1);

      assertThat(acceptedBeforeRefusal(() -> delivery.send(sms("ref-1")))).isEqualTo(5);
      assertThatThrownBy(() -> delivery.sendNowhere(sms("ref-2")))
          .isInstanceOf(OAuthException.class)
          .extracting(e -> ((OAuthException) e).code())
          .isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE);
      assertThatThrownBy(delivery::requireRoom).isInstanceOf(OAuthException.class);

      gateway.hanging.countDown();
      for (int i = 0; i < 5; i++) {
        gateway.next();
      }
      Await.until(
          "a place",
          () -> {
            try {
              delivery.send(sms("ref-3"));
              return true;
            } catch (OAuthException e) {
              return false;
            }
          });
    }
  }

  @Test
  void messages_to_nobody_take_places_as_well_and_reach_no_gateway() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery =
            Deliveries.of(yaml(gateway), Map.of(), places(5, Duration.ofSeconds(10)))) {
      assertThat(acceptedBeforeRefusal(() -> delivery.sendNowhere(sms("ref-1")))).isEqualTo(5);

      assertThat(log.await("code_for_nobody", "ref-1")).startsWith("INFO").doesNotContain("***");
      assertThat(gateway.paths).isEmpty();
    }
  }

  @Test
  void a_message_to_nobody_takes_as_long_as_the_last_one_to_somebody() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery = Deliveries.of(yaml(gateway))) {
      gateway.hanging = new CountDownLatch(1);
      delivery.send(sms("ref-1"));
      gateway.next();
      CountDownLatch slow = gateway.hanging;
      Thread.ofVirtual()
          .start(() -> {
            try {
              Thread.sleep(700); // What is measured is how long a gateway takes.
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            slow.countDown();
          });
      log.await("code_sent", "ref-1");

      long start = System.nanoTime();
      delivery.sendNowhere(sms("ref-2"));
      log.await("code_for_nobody", "ref-2");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(650));
    }
  }

  @Test
  void nobody_is_tried_again_as_often_as_somebody_where_the_gateway_has_no_time() {
    Nowhere nowhere = new Nowhere();
    nowhere.remember(Channel.SMS, Duration.ZERO, false);
    assertThatThrownBy(() -> nowhere.deliver(sms("ref-1"), Duration.ofMinutes(1)))
        .isInstanceOfSatisfying(
            DeliveryFailure.class, failure -> assertThat(failure.isPassing()).isTrue());
  }

  @Test
  void nothing_is_tried_after_the_code_expired() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    Clock set = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery =
            new CodeDelivery(Deliveries.settings(yaml(gateway), Map.of()), null, set, HURRIED)) {
      gateway.answers.add(exchange -> {
        now.set(now.get().plusSeconds(300));
        exchange.sendResponseHeaders(503, -1);
      });
      delivery.send(sms("ref-1"));

      assertThat(log.await("code_not_sent", "ref-1"))
          .contains("the gateway answered 503; the code expires");
      assertThat(gateway.paths).hasSize(1);
    }
  }

  @Test
  void closing_delivers_what_was_accepted_and_takes_no_more() throws Exception {
    GatewayServer gateway = GatewayServer.plain();
    try (gateway) {
      CodeDelivery delivery = Deliveries.of(yaml(gateway));
      for (int i = 0; i < 20; i++) {
        gateway.answers.add(status(i % 2 == 0 ? 503 : 202));
        delivery.send(sms("ref-" + i));
      }
      delivery.close();

      assertThat(log.all().lines().filter(line -> line.contains("INFO code_sent"))).hasSize(20);
      assertThatThrownBy(() -> delivery.send(sms("late"))).isInstanceOf(OAuthException.class);
    }
  }

  @Test
  void closing_does_not_wait_for_a_gateway_that_hangs() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain()) {
      gateway.hanging = new CountDownLatch(1);
      CodeDelivery delivery =
          Deliveries.of(yaml(gateway), Map.of(), places(5, Duration.ofMillis(100)));
      delivery.send(sms("ref-1"));
      gateway.next();

      long start = System.nanoTime();
      delivery.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
      assertThat(log.await("code_not_sent", "ref-1")).contains("the server stopped");
    }
  }

  @Test
  void in_development_a_code_is_printed_in_one_line() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (CodeDelivery delivery =
        new CodeDelivery(
            DeliverySettings.NONE,
            new PrintStream(printed, true, UTF_8),
            Clock.systemUTC(),
            HURRIED)) {
      delivery.send(message(Channel.EMAIL, "alice@example.com", "ref-1"));
      log.await("code_sent", "ref-1");
    }
    assertThat(printed.toString(UTF_8))
        .isEqualTo(
            "one-time code for a***@example.com: 481516 (development only: email is not configured"
                + " under delivery)"
                + System.lineSeparator());
  }

  @Test
  void in_development_nobody_gets_nothing_printed() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (CodeDelivery delivery =
        new CodeDelivery(
            DeliverySettings.NONE,
            new PrintStream(printed, true, UTF_8),
            Clock.systemUTC(),
            HURRIED)) {
      delivery.sendNowhere(message(Channel.EMAIL, "alice@example.com", "ref-1"));
      log.await("code_for_nobody", "ref-1");
    }
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void elsewhere_a_channel_that_is_not_configured_is_told_to_the_log_and_prints_nothing()
      throws Exception {
    try (CodeDelivery delivery = CodeDelivery.of(DeliverySettings.NONE, false, Clock.systemUTC())) {
      delivery.send(sms("ref-1"));
      assertThat(log.await("code_not_sent", "ref-1")).contains("nothing under delivery says how");
    }
  }

  /** Started from {@link #before_the_first_message_no_class_of_mail_or_http_is_loaded}. */
  static final class Start {
    public static void main(String[] arguments) {
      String yaml =
          """
          delivery:
            smtp: {host: mail.example.com, from: codes@example.com, user: codes, password: x}
            sms: {url: 'https://gateway.example.com/', headers: {X-Key: x}}
          """;
      DeliverySettings settings = Deliveries.settings(yaml, Map.of());
      settings.requireUsable(false, java.util.Set.of(Channel.SMS, Channel.EMAIL));
      CodeDelivery.of(settings, false, Clock.systemUTC()).close();
    }
  }

  @Test
  void before_the_first_message_no_class_of_mail_or_http_is_loaded() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                Start.class.getName())
            .redirectErrorStream(true)
            .start();
    String loaded = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();

    assertThat(process.exitValue()).as(loaded).isZero();
    assertThat(loaded).contains("delivery.CodeDelivery ", "config.DeliverySettings$Smtp ");
    assertThat(
            loaded
                .lines()
                .filter(line ->
                    line.matches(
                        ".* (jakarta\\.mail|jakarta\\.activation|org\\.eclipse\\.angus|java\\.net\\.http|jdk\\.internal\\.net\\.http)\\..*")))
        .isEmpty();
    assertThat(loaded).doesNotContain("delivery.MailTransport ", "delivery.GatewayTransport ");
  }

  @Test
  void a_locale_without_a_language_is_english() {
    assertThat(
            MessageText.of(
                    new Message(
                        Channel.SMS, NUMBER, CODE, Locale.ROOT, Duration.ofMinutes(1), "", "ref-1"))
                .language())
        .isEqualTo("en");
  }
}

package dev.latchstring.authorizationserver.delivery;

import static dev.latchstring.authorizationserver.delivery.Deliveries.CODE;
import static dev.latchstring.authorizationserver.delivery.Deliveries.HURRIED;
import static dev.latchstring.authorizationserver.delivery.Deliveries.mail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.delivery.MailServer.Received;
import dev.latchstring.testing.TlsHost;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.subethamail.smtp.RejectException;

/** One-time codes by mail, as a mail server that others wrote receives them. */
@Isolated("reads the log")
class MailDeliveryTest {
  private static final String ALICE = "alice.moreau@example.com";

  @TempDir static Path folder;
  private static TlsHost host;

  private CapturedLog log;

  @BeforeAll
  static void certify() throws Exception {
    host = TlsHost.start(folder);
  }

  @AfterAll
  static void end() {
    host.close();
  }

  @BeforeEach
  void listen() {
    log = new CapturedLog();
  }

  @AfterEach
  void nothing_secret_was_logged() {
    log.close();
    assertThat(log.all()).doesNotContain(CODE, "alice.moreau", "smtp-secret");
  }

  private static String yaml(MailServer server, String more) {
    return "delivery: {smtp: {host: localhost, port: %d, from: codes@clinic.example%s}}"
        .formatted(server.port(), more.isEmpty() ? "" : ", " + more);
  }

  private static String trusting(String more) {
    return "ca_file: " + host.caFile() + ", " + more;
  }

  @Test
  void a_code_arrives_in_plain_text_and_in_html_from_the_configured_sender() throws Exception {
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery = Deliveries.of(yaml(server, "from_name: Clinique Évry"))) {
      delivery.send(mail(ALICE, "ref-1"));

      Received received = server.next();
      assertThat(received.from()).isEqualTo("codes@clinic.example");
      assertThat(received.to()).isEqualTo(ALICE);
      MimeMessage mail = received.parsed();
      assertThat(mail.getHeader("From", null))
          .isEqualTo("=?UTF-8?Q?Clinique_=C3=89vry?= <codes@clinic.example>");
      assertThat(mail.getHeader("To")).containsExactly(ALICE);
      assertThat(mail.getHeader("Subject")).containsExactly("Your sign-in code for Front desk");
      assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
      assertThat(mail.getHeader("Message-ID")).containsExactly("<ref-1@clinic.example>");
      MimeMultipart parts = (MimeMultipart) mail.getContent();
      assertThat(parts.getContentType()).startsWith("multipart/alternative");
      assertThat(parts.getCount()).isEqualTo(2);
      assertThat(parts.getBodyPart(0).isMimeType("text/plain")).isTrue();
      assertThat(parts.getBodyPart(0).getContent().toString())
          .contains("    " + CODE, "for Front desk:", "good for 5 minutes");
      assertThat(parts.getBodyPart(1).isMimeType("text/html")).isTrue();
      assertThat(parts.getBodyPart(1).getContent().toString())
          .contains(">" + CODE + "</p>", "<html lang=\"en\">");
      assertThat(log.await("code_sent", "ref-1"))
          .contains("channel=email to=a***@example.com", "attempts=1");
    }
  }

  @Test
  void the_subject_that_a_locked_telephone_shows_has_no_code() throws Exception {
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery = Deliveries.of(yaml(server, ""))) {
      delivery.send(mail(ALICE, "ref-1"));

      String raw = server.next().raw();
      assertThat(raw.substring(0, raw.indexOf("\r\n\r\n"))).doesNotContain(CODE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "es,Su clave de acceso para Front desk,5 minutos",
    "fr-CA,Votre code de connexion pour Front desk,5 minutes",
    "de-AT,Ihr Anmeldecode für Front desk,5 Minuten",
    "ja,Your sign-in code for Front desk,5 minutes"
  })
  void people_read_it_in_their_language(String tag, String subject, String time) throws Exception {
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery = Deliveries.of(yaml(server, ""))) {
      delivery.send(
          new Message(
              Channel.EMAIL,
              ALICE,
              CODE,
              Locale.forLanguageTag(tag),
              Duration.ofMinutes(5),
              "Front desk",
              "ref-1"));

      MimeMessage mail = server.next().parsed();
      assertThat(mail.getSubject()).isEqualTo(subject);
      MimeMultipart parts = (MimeMultipart) mail.getContent();
      assertThat(parts.getBodyPart(0).getContent().toString()).contains(time, CODE);
    }
  }

  @Test
  void a_name_with_line_breaks_and_markup_adds_no_header_and_no_element() throws Exception {
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery =
            Deliveries.of(yaml(server, "from_name: \"Clinic\\r\\nBcc: eve@evil.example\""))) {
      delivery.send(
          new Message(
              Channel.EMAIL,
              ALICE,
              CODE,
              Locale.ENGLISH,
              Duration.ofMinutes(5),
              "Desk\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>{code}",
              "ref-1"));

      Received received = server.next();
      MimeMessage mail = received.parsed();
      assertThat(mail.getHeader("Bcc")).isNull();
      assertThat(mail.getFrom()).hasSize(1);
      assertThat(mail.getSubject()).doesNotContain("\n", CODE).contains("{code}");
      assertThat(server.recipients).containsExactly(ALICE);
      MimeMultipart parts = (MimeMultipart) mail.getContent();
      assertThat(parts.getBodyPart(1).getContent().toString())
          .contains("&lt;script&gt;")
          .doesNotContain("<script>");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "alice.moreau",
        "@example.com",
        "alice.moreau@",
        "alice.moreau@example.com, eve@evil.example",
        "alice.moreau@example.com\r\nRCPT TO:<eve@evil.example>",
        "Alice <alice.moreau@example.com>",
        "\"alice.moreau\"@example.com",
        "alice.moreau@[127.0.0.1]",
        "alice..moreau@example.com",
        "alice.moreau@exa mple.com",
        "alice.moreau@@example.com",
        "alice.moreau@-example.com",
        "alice.moreau@example..com"
      })
  void what_is_no_address_reaches_no_server_and_is_told_to_nobody_but_the_log(String address)
      throws Exception {
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery = Deliveries.of(yaml(server, ""))) {
      delivery.send(mail(address, "ref-1"));

      assertThat(log.await("code_not_sent", "ref-1"))
          .startsWith("WARN")
          .contains("what is on file is not a mail address");
      assertThat(server.recipients).isEmpty();
    }
  }

  @Test
  void an_international_host_is_written_in_ascii() throws Exception {
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery = Deliveries.of(yaml(server, ""))) {
      delivery.send(mail(" bob@bücher.example ", "ref-1"));

      assertThat(server.next().to()).isEqualTo("bob@xn--bcher-kva.example");
    }
  }

  @Test
  void starttls_and_a_password_are_used_with_a_server_of_the_operators_authority()
      throws Exception {
    try (MailServer server = MailServer.authenticating(host.tls(), "codes", "smtp-secret");
        CodeDelivery delivery =
            Deliveries.of(
                yaml(server, trusting("tls: starttls, user: codes")),
                Map.of("LATCH_SMTP_PASSWORD", "smtp-secret"),
                HURRIED)) {
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(server.next().to()).isEqualTo(ALICE);
    }
  }

  @Test
  void implicit_tls_is_used_where_it_is_configured() throws Exception {
    try (MailServer server = MailServer.implicitTls(host.tls());
        CodeDelivery delivery = Deliveries.of(yaml(server, trusting("tls: implicit")))) {
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(server.next().to()).isEqualTo(ALICE);
    }
  }

  @Test
  void a_server_without_starttls_gets_neither_password_nor_code() throws Exception {
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery =
            Deliveries.of(
                yaml(server, trusting("tls: starttls, user: codes, password: smtp-secret")))) {
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("STARTTLS");
      assertThat(server.recipients).isEmpty();
      assertThat(server.dataBegun).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"starttls", "implicit"})
  void a_server_whose_certificate_nobody_vouches_for_gets_nothing(String tls) throws Exception {
    try (MailServer server =
            tls.equals("starttls")
                ? MailServer.startTls(host.tls())
                : MailServer.implicitTls(host.tls());
        CodeDelivery delivery = Deliveries.of(yaml(server, "tls: " + tls))) {
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("its certificate is not believed");
      assertThat(server.recipients).isEmpty();
    }
  }

  @Test
  void a_server_with_a_certificate_of_another_name_gets_nothing() throws Exception {
    try (MailServer server = MailServer.startTls(host.tls());
        CodeDelivery delivery =
            Deliveries.of(
                yaml(server, trusting("tls: starttls"))
                    .replace("host: localhost", "host: 127.0.0.1"))) {
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("its certificate is not believed");
      assertThat(server.recipients).isEmpty();
    }
  }

  @Test
  void a_wrong_password_is_not_tried_again() throws Exception {
    try (MailServer server = MailServer.authenticating(host.tls(), "codes", "another");
        CodeDelivery delivery =
            Deliveries.of(
                yaml(server, trusting("tls: starttls, user: codes, password: smtp-secret")))) {
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("535");
      assertThat(server.recipients).isEmpty();
    }
  }

  @Test
  void a_recipient_that_is_refused_for_good_is_not_tried_again() throws Exception {
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery = Deliveries.of(yaml(server, ""))) {
      server.refusals.add(new RejectException(550, "<" + ALICE + "> is unknown"));
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("the mail server answered 550");
      assertThat(server.recipients).hasSize(1);
    }
  }

  @Test
  void a_server_that_has_no_time_is_asked_again_for_the_same_mail() throws Exception {
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery = Deliveries.of(yaml(server, ""))) {
      server.refusals.add(new RejectException(451, "later"));
      server.refusals.add(new RejectException(421, "later still"));
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(server.next().parsed().getMessageID()).isEqualTo("<ref-1@clinic.example>");
      assertThat(server.recipients).hasSize(3);
      assertThat(log.await("code_sent", "ref-1")).contains("attempts=3");
    }
  }

  @Test
  void a_server_that_never_has_time_is_asked_three_times() throws Exception {
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery = Deliveries.of(yaml(server, ""))) {
      for (int i = 0; i < 9; i++) {
        server.refusals.add(new RejectException(451, "later"));
      }
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("451");
      assertThat(server.recipients).hasSize(3);
    }
  }

  @Test
  void a_server_that_hangs_is_left_after_a_while() throws Exception {
    Pace pace =
        new Pace(
            Duration.ofMillis(1),
            List.of(Duration.ofMillis(5)),
            Duration.ofMillis(500),
            Duration.ofSeconds(10),
            8,
            8);
    try (MailServer server = MailServer.plain();
        CodeDelivery delivery = Deliveries.of(yaml(server, ""), Map.of(), pace)) {
      server.hanging = new CountDownLatch(1);
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("it took longer than");
      assertThat(server.dataBegun).hasSize(2);
    }
  }

  @Test
  void a_server_that_is_away_is_tried_again() throws Exception {
    MailServer server = MailServer.plain();
    String yaml = yaml(server, "");
    server.close();
    try (CodeDelivery delivery = Deliveries.of(yaml)) {
      delivery.send(mail(ALICE, "ref-1"));

      assertThat(log.await("code_not_sent", "ref-1")).contains("could not be reached");
    }
  }
}

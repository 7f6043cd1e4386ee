package dev.latchstring.authorizationserver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.config.DeliverySettings.Format;
import dev.latchstring.authorizationserver.config.DeliverySettings.Gateway;
import dev.latchstring.authorizationserver.config.DeliverySettings.Smtp;
import dev.latchstring.authorizationserver.config.DeliverySettings.Tls;
import dev.latchstring.authorizationserver.delivery.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliverySettingsTest {
  private static final String KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY=";

  @TempDir Path folder;

  private static DeliverySettings read(String yaml, Map<String, String> environment) {
    return ConfigurationReader.parse("data: /tmp/none\n" + yaml, Overrides.of(environment))
        .delivery();
  }

  private static Smtp smtp(String members, Map<String, String> environment) {
    return Objects.requireNonNull(read("delivery: {smtp: {" + members + "}}", environment).smtp());
  }

  private static Gateway sms(String members, Map<String, String> environment) {
    return Objects.requireNonNull(
        read("delivery: {sms: {" + members + "}}", environment).gateways().get(Channel.SMS));
  }

  private Path secret(String content, String mode) throws IOException {
    Path file = folder.resolve("secret");
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  @Test
  void without_a_section_nobody_is_reached() {
    assertThat(read("", Map.of())).isEqualTo(DeliverySettings.NONE);
    assertThat(read("delivery: {}", Map.of()).channels()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host: mail.example.com | STARTTLS | 587",
        "host: mail.example.com, port: 465 | IMPLICIT | 465",
        "host: mail.example.com, port: 2525 | STARTTLS | 2525",
        "host: mail.example.com, tls: implicit | IMPLICIT | 465",
        "host: localhost, port: 25 | NONE | 25",
        "host: 127.0.0.1, tls: starttls | STARTTLS | 587"
      })
  void mail_is_encrypted_unless_the_server_is_on_loopback(String members, Tls tls, int port) {
    Smtp smtp = smtp(members + ", from: codes@example.com", Map.of());
    assertThat(smtp.tls()).isEqualTo(tls);
    assertThat(smtp.port()).isEqualTo(port);
  }

  @Test
  void the_environment_wins_over_the_file_and_no_secret_is_shown() {
    DeliverySettings settings =
        read(
            "delivery:\n"
                + "  smtp: {host: mail.example.com, from: a@b.example, user: u, password: in-file}\n"
                + "  sms: {url: 'https://g.example/', user: u, headers: {X-Key: header-secret}}\n",
            Map.of("LATCH_SMTP_PASSWORD", "smtp-secret", "LATCH_SMS_PASSWORD", "sms-secret"));
    Smtp smtp = Objects.requireNonNull(settings.smtp());
    assertThat(smtp.password()).isEqualTo("smtp-secret");
    assertThat(Objects.requireNonNull(settings.gateways().get(Channel.SMS)).password())
        .isEqualTo("sms-secret");
    assertThat(settings.channels()).containsExactly(Channel.SMS, Channel.EMAIL);
    assertThat(settings.toString()).doesNotContain("secret", "in-file");
  }

  @Test
  void a_secret_may_be_in_a_file_that_is_closed_to_others() throws IOException {
    Path file = secret("smtp-secret\n", "rw-r-----");
    assertThat(
            smtp("host: m.example, from: a@b.example, user: u, password_file: " + file, Map.of())
                .password())
        .isEqualTo("smtp-secret");
    assertThat(
            sms("url: 'https://g.example/', headers: {X-Key: {file: " + file + "}}", Map.of())
                .headers())
        .containsEntry("X-Key", "smtp-secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-rw----", "rw-----w-"})
  void a_file_that_is_open_to_others_is_refused_with_what_to_do(String mode) throws IOException {
    Path file = secret("smtp-secret", mode);
    assertThatThrownBy(() ->
            smtp("host: m.example, from: a@b.example, user: u, password_file: " + file, Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("delivery.smtp.password_file")
        .hasMessageContaining("chmod 600")
        .hasMessageNotContaining("smtp-secret");
  }

  @Test
  void a_gateway_has_headers_a_key_and_a_format() {
    Gateway gateway =
        sms(
            "url: 'http://localhost:8080/send', format: form, headers: {X-Key: {env: K}},"
                + " parameters: {MessagingServiceSid: MG1}, from: '+1500', user: AC1",
            Map.of("K", "v", "LATCH_SMS_PASSWORD", "p", "LATCH_SMS_SIGNING_KEY", "whsec_" + KEY));
    assertThat(gateway.format()).isEqualTo(Format.FORM);
    assertThat(gateway.headers()).containsOnly(Map.entry("X-Key", "v"));
    assertThat(gateway.signingKey())
        .asString(java.nio.charset.StandardCharsets.US_ASCII)
        .isEqualTo("ABCDEFGHIJKLMNOPQRSTUVWXYZ123456");
    assertThat(gateway.toString()).doesNotContain("AC1", "MG1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "from: a@b.example | delivery.smtp.host: is missing",
        "host: mail.example.com | delivery.smtp.from: is missing",
        "host: 'mail.example.com:25', from: a@b.example | delivery.smtp.host: ",
        "host: '*.example.com', from: a@b.example | delivery.smtp.host: is one host",
        "host: m.example, port: 0, from: a@b.example | delivery.smtp.port: 0 is not",
        "host: m.example, from: a@b.example, tls: none | delivery.smtp.tls: none is for",
        "host: m.example, from: a@b.example, tls: ssl | 'ssl' is none of starttls, implicit, none",
        "host: m.example, from: a@b.example, user: u | set LATCH_SMTP_PASSWORD",
        "host: m.example, from: a@b.example, password: p | delivery.smtp.user: is missing",
        "host: m.example, from: a@b.example, user: u, password: p, password_file: f | leave one of them out",
        "host: m.example, from: a@b.example, user: u, password_file: /no/such | cannot be read",
        "host: m.example, from: Codes <a@b.example> | is not an address alone",
        "host: m.example, from: 'a@b.example,c@d.example' | is not an address alone",
        "host: m.example, from: a@b.example, ca_file: /no/such.pem | delivery.smtp.ca_file",
        "host: m.example, from: a@b.example, usr: u | did you mean 'user'?"
      })
  void what_cannot_be_used_of_mail_is_refused_with_what_to_change(String members, String said) {
    assertThatThrownBy(() -> smtp(members, Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "format: json | delivery.sms.url: is missing",
        "url: 'http://g.example/' | write the gateway's https address",
        "url: 'https://u:p@g.example/' | write the gateway's https address",
        "url: 'https://g.example/#x' | write the gateway's https address",
        "url: 'https://g .example/' | write the gateway's https address",
        "url: 'https://g.example/', format: xml | 'xml' is none of json, form",
        "url: 'https://g.example/', headers: {'X Key': v} | 'X Key' is not a header's name",
        "url: 'https://g.example/', headers: {Host: v} | delivery.sms.headers.Host: is set by",
        "url: 'https://g.example/', headers: {Webhook-Id: v} | is set by this server",
        "url: 'https://g.example/', headers: {X-Key: \"a\\r\\nb\"} | visible ASCII",
        "url: 'https://g.example/', headers: {X-Key: 5} | { env: NAME } or { file: PATH }",
        "url: 'https://g.example/', headers: {X-Key: {env: NOPE}} | no variable NOPE",
        "url: 'https://g.example/', headers: {X-Key: {env: A, file: B}} | { env: NAME }",
        "url: 'https://g.example/', user: u | user and password belong together",
        "url: 'https://g.example/', user: 'a:b', password: p | without a colon",
        "url: 'https://g.example/', user: u, password: p, headers: {authorization: x} | stands beside user",
        "url: 'https://g.example/', parameters: {A: b} | are for format: form",
        "url: 'https://g.example/', format: form, parameters: {From: b} | write from instead",
        "url: 'https://g.example/', format: form, include_code: true | is for format: json",
        "url: 'https://g.example/', autofill_domain: 'https://x.example' | is not a domain",
        "url: 'https://g.example/', from: '' | 1 to 64 characters"
      })
  void what_cannot_be_used_of_a_gateway_is_refused_with_what_to_change(
      String members, String said) {
    assertThatThrownBy(() -> sms(members, Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(said)
        .hasMessageNotContaining("u:p@");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"c2hvcnQ=", "whsec_c2hvcnQ=", "not base64!", "QUJDREVGR0hJSktMTU5PUFFSU1RVVg"})
  void a_signing_key_that_is_short_or_not_base64_is_refused(String key) {
    assertThatThrownBy(() -> sms("url: 'https://g.example/'", Map.of("LATCH_SMS_SIGNING_KEY", key)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("openssl rand -base64 32")
        .hasMessageNotContaining(key);
  }

  @Test
  void a_call_fills_nothing_in() {
    assertThatThrownBy(() ->
            read(
                "delivery: {voice: {url: 'https://g.example/', autofill_domain: x.example}}",
                Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("is for sms");
  }

  @Test
  void a_public_server_that_has_to_send_codes_needs_to_know_how() {
    DeliverySettings mail =
        read("delivery: {smtp: {host: m.example, from: a@b.example}}", Map.of());

    assertThatThrownBy(
            () -> mail.requireUsable(false, Set.of(Channel.EMAIL, Channel.SMS, Channel.VOICE)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("by sms and voice")
        .hasMessageContaining("delivery.sms with the url of a gateway")
        .hasMessageNotContaining("email");
    assertThatCode(() -> mail.requireUsable(false, Set.of(Channel.EMAIL)))
        .doesNotThrowAnyException();
    assertThatCode(() -> DeliverySettings.NONE.requireUsable(true, EnumSet.allOf(Channel.class)))
        .doesNotThrowAnyException();
  }
}

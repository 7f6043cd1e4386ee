package dev.latchstring.examples.clinic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchstring.oauth.OAuthException;
import dev.latchstring.testing.TokenDesk;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The clinic as a client of the official SDK meets it. */
class ClinicServerTest {
  private static TokenDesk desk;
  private static ClinicServer clinic;

  @BeforeAll
  static void start() throws Exception {
    desk = new TokenDesk();
    clinic = ClinicServer.start(0, desk.issuer());
  }

  @AfterAll
  static void stop() {
    clinic.close();
    desk.close();
  }

  private static McpSyncClient client(String scope, String... teams) {
    return clientWith(desk.token(clinic.url(), "alice", scope, Map.of(), teams));
  }

  private static McpSyncClient clientWith(String token) {
    McpSyncClient client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(clinic.url().resolve("/").toString())
                    .endpoint("/mcp")
                    .addHttpRequestCustomizer((request, method, uri, body, context) ->
                        request.header("Authorization", "Bearer " + token))
                    .build())
            .build();
    client.initialize();
    return client;
  }

  private static CallToolResult call(
      McpSyncClient client, String tool, Map<String, Object> arguments) {
    return client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> content(CallToolResult result) {
    assertThat(result.isError()).as(result.toString()).isNotEqualTo(true);
    return (Map<String, Object>) result.structuredContent();
  }

  private static String error(CallToolResult result) {
    assertThat(result.isError()).isTrue();
    return ((TextContent) result.content().getFirst()).text();
  }

  private static LocalDate weekday() {
    LocalDate day = LocalDate.now(Clock.system(ZoneId.systemDefault())).plusDays(30);
    while (!Clinic.isOpenOn(day)) {
      day = day.plusDays(1);
    }
    return day;
  }

  private static Map<String, Object> booking(String time) {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("patient_id", "P-1001");
    arguments.put("date", weekday().toString());
    arguments.put("time", time);
    arguments.put("practitioner", "Dr. Haddad");
    arguments.put("reason", "Ankle");
    return arguments;
  }

  @Test
  void a_patients_appointments_are_found_by_name_or_number() {
    try (McpSyncClient client = client("clinic:read")) {
      Map<String, Object> byName =
          content(call(client, "find_appointments", Map.of("patient", "moreau")));

      assertThat(byName).containsEntry("patient_id", "P-1001");
      assertThat((List<?>) byName.get("appointments")).isNotEmpty();
      assertThat(content(call(client, "find_appointments", Map.of("patient", "p-1001"))))
          .containsEntry("patient", "Alice Moreau");
      assertThat(error(call(client, "find_appointments", Map.of("patient", "nobody"))))
          .contains("no patient");
    }
  }

  @Test
  void an_appointment_is_booked_once() {
    try (McpSyncClient client = client("clinic:write")) {
      Map<String, Object> booked = content(call(client, "book_appointment", booking("10:20")));

      assertThat(booked).containsEntry("booked_by", "alice");
      assertThat(error(call(client, "book_appointment", booking("10:20")))).contains("taken");
      assertThat(content(call(client, "find_appointments", Map.of("patient", "P-1001"))).toString())
          .contains(weekday() + "T10:20");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "patient_id, P-9999, no patient",
    "date, tomorrow, 2026-11-23 and 09:20",
    "date, 2020-01-06, in the past",
    "date, 2999-01-04, days ahead",
    "time, 9:20, 2026-11-23 and 09:20",
    "time, 07:40, open Monday to Friday",
    "time, 17:20, open Monday to Friday",
    "time, 09:30, ':00, :20 or :40'",
    "practitioner, Dr. Who, practitioner",
    "reason, '', reason"
  })
  void a_booking_that_cannot_be_says_why(String argument, String value, String why) {
    try (McpSyncClient client = client("clinic:write")) {
      Map<String, Object> arguments = booking("11:00");
      arguments.put(argument, value);

      assertThat(error(call(client, "book_appointment", arguments))).contains(why);
    }
  }

  @Test
  void a_record_is_for_the_front_desk() {
    try (McpSyncClient client = client("clinic:read", "front-desk")) {
      assertThat(content(call(client, "read_record", Map.of("patient_id", "P-1001"))))
          .containsEntry("blood_group", "A+");
    }
    try (McpSyncClient client = client("clinic:read", "kitchen")) {
      assertThat(
              refusal(
                      catchThrowable(
                          () -> call(client, "read_record", Map.of("patient_id", "P-1001"))))
                  .statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void what_a_client_sees_it_can_reach() {
    try (McpSyncClient client = client("clinic:read")) {
      assertThat(client.listTools().tools())
          .extracting(Tool::name)
          .containsExactly("find_appointments", "book_appointment");

      var refused =
          refusal(catchThrowable(() -> call(client, "book_appointment", booking("9:00"))));
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
          .contains("insufficient_scope", "scope=\"clinic:write\"");
    }
    try (McpSyncClient client = client("clinic:read", "front-desk")) {
      assertThat(client.listTools().tools()).hasSize(3);
    }
  }

  @Test
  void a_patient_is_told_about_nobody_else() {
    try (McpSyncClient alice = client("patient:self", "patients", "patient:P-1001");
        McpSyncClient bruno = client("patient:self", "patients", "patient:P-1002")) {
      assertThat(alice.listTools().tools())
          .extracting(Tool::name)
          .contains("my_appointments", "request_refill", "read_medical_record");
      assertThat(content(call(alice, "my_appointments", Map.of())).toString())
          .contains("Alice Moreau")
          .doesNotContain("Bruno");
      assertThat(error(call(bruno, "my_appointments", Map.of("patient", "P-1001"))))
          .contains("patient");
      assertThat(content(call(bruno, "my_appointments", Map.of())).toString())
          .contains("Bruno Okafor")
          .doesNotContain("Alice");
      assertThat(content(call(bruno, "request_refill", Map.of()))).containsEntry("ordered", 2);
    }
    try (McpSyncClient nobody = client("patient:self", "patients", "patient:P-9999")) {
      assertThat(error(call(nobody, "my_appointments", Map.of()))).contains("no patient");
    }
    try (McpSyncClient two =
        client("patient:self", "patients", "patient:P-1001", "patient:P-1002")) {
      assertThat(error(call(two, "my_appointments", Map.of()))).contains("no patient");
    }
  }

  @Test
  void a_patients_own_record_needs_a_second_factor() {
    try (McpSyncClient alice =
        client("patient:self patient:record", "patients", "patient:P-1001")) {
      var refused = refusal(catchThrowable(() -> call(alice, "read_medical_record", Map.of())));

      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
          .contains("insufficient_user_authentication")
          .contains("acr_values=\"urn:latchstring:acr:knowledge-otp urn:latchstring:acr:mfa\"");
    }
    String stronger =
        desk.token(
            clinic.url(),
            "alice",
            "patient:record",
            Map.of("acr", "urn:latchstring:acr:knowledge-otp"),
            "patients",
            "patient:P-1001");
    try (McpSyncClient alice = clientWith(stronger)) {
      assertThat(content(call(alice, "read_medical_record", Map.of())))
          .containsEntry("blood_group", "A+")
          .doesNotContainKey("birthdate");
    }
  }

  private static HttpResponse.ResponseInfo refusal(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof McpHttpClientTransportAuthorizationException refused) {
        return refused.getResponseInfo();
      }
    }
    throw new AssertionError("no refusal by HTTP status", thrown);
  }

  @Test
  void a_port_that_is_taken_is_said_to_be() {
    assertThatThrownBy(() -> ClinicServer.start(clinic.url().getPort(), desk.issuer()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("port " + clinic.url().getPort());
  }

  @Test
  void an_issuer_on_the_network_needs_https() {
    assertThatThrownBy(() -> ClinicServer.start(0, URI.create("http://login.example")))
        .isInstanceOf(OAuthException.class)
        .hasMessageContaining("https");
  }
}

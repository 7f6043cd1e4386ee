package dev.latchstring.authorizationserver.trace;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The spans that a collector gets of a running server. */
class TracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLERS_SPAN = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + CALLERS_SPAN + "-01";
  private static final String SECRET = "ci-job-secret-0123456789";
  private static final String GRANT =
      "grant_type=client_credentials&resource=http%3A%2F%2Flocalhost%3A9100%2Fmcp";

  private final Collector collector = Collector.start();

  @AfterEach
  void stop() {
    collector.close();
  }

  /** Whatever the requests leave is with the collector when this returns. */
  private void with(Consumer<RunningServer> requests) {
    String yaml = "traces: {endpoint: \"" + collector.address() + "\"}\n" + CLINIC_YAML;
    try (RunningServer server = RunningServer.start(yaml)) {
      requests.accept(server);
    }
  }

  private static Answer token(RunningServer server, String form, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Authorization", basic("ci-job", SECRET)));
    return server.postRaw("/token", form, all.toArray(String[]::new));
  }

  @Test
  void a_client_of_the_configuration_continues_its_trace_through_every_check() {
    with(server ->
        assertThat(token(server, GRANT, "traceparent", TRACEPARENT, "tracestate", "v=1"))
            .extracting(Answer::status)
            .isEqualTo(200));
    assertThat(collector.requests())
        .isNotEmpty()
        .allMatch("POST /v1/traces application/x-protobuf"::equals);
    assertThat(collector.resource()).contains(entry("service.name", "latchstring"));
    Span request = collector.span("POST /token");
    assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(Collector.hex(request.getTraceId())).isEqualTo(TRACE);
    assertThat(Collector.hex(request.getParentSpanId())).isEqualTo(CALLERS_SPAN);
    assertThat(request.getTraceState()).isEqualTo("v=1");
    assertThat(request.getLinksList()).isEmpty();
    assertThat(Collector.attributes(request))
        .containsExactly(
            entry("http.request.method", "POST"),
            entry("http.response.status_code", "200"),
            entry("http.route", "/token"),
            entry("latchstring.client_id", "ci-job"),
            entry("url.path", "/token"),
            entry("url.scheme", "http"));
    assertThat(collector.below(request))
        .extracting(Span::getName)
        .containsExactlyInAnyOrder(
            "request",
            "client_authentication",
            "grant_type",
            "proof_of_possession",
            "grant",
            "resource_and_scope",
            "issue");
    Span scope = collector.span("resource_and_scope");
    assertThat(Collector.hex(scope.getTraceId())).isEqualTo(TRACE);
    assertThat(Collector.attributes(scope))
        .containsExactly(
            entry("latchstring.outcome", "passed"),
            entry("latchstring.resource_granted", CLINIC),
            entry("latchstring.scope_given", "clinic:read"),
            entry("latchstring.scope_granted", "clinic:read"));
    assertThat(request.getStartTimeUnixNano()).isLessThanOrEqualTo(scope.getStartTimeUnixNano());
    assertThat(request.getEndTimeUnixNano()).isGreaterThanOrEqualTo(scope.getEndTimeUnixNano());
  }

  @Test
  void a_refusal_names_its_check_and_its_rule_and_is_no_fault_of_the_server() {
    with(server -> token(server, GRANT + "&scope=clinic%3Awrite"));
    Span request = collector.span("POST /token");
    assertThat(Collector.attributes(request))
        .contains(entry("http.response.status_code", "400"))
        .doesNotContainKey("error.type");
    assertThat(request.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
    assertThat(Collector.attributes(collector.span("grant")))
        .containsExactly(
            entry("latchstring.error", "invalid_scope"),
            entry("latchstring.outcome", "refused"),
            entry(
                "latchstring.rule", "scope clinic:write is not what the client is registered for"),
            entry("latchstring.scope_asked", "clinic:write"));
    assertThat(collector.spans()).noneMatch(span -> span.getName().equals("issue"));
  }

  @Test
  void whoever_fails_to_authenticate_begins_a_trace_that_is_linked_to_its_own() {
    with(server ->
        server.postRaw(
            "/token",
            GRANT,
            "Authorization",
            basic("ci-job", "a-guess"),
            "traceparent",
            TRACEPARENT));
    requireLinked(collector.span("POST /token"));
    assertThat(Collector.attributes(collector.span("client_authentication")))
        .contains(entry("latchstring.error", "invalid_client"));
  }

  @Test
  void a_public_client_only_says_who_it_is_and_is_linked() {
    with(server ->
        server.postRaw(
            "/device_authorization",
            "client_id=phone&resource=http%3A%2F%2Flocalhost%3A9100%2Fmcp",
            "traceparent",
            TRACEPARENT));
    requireLinked(collector.span("POST /device_authorization"));
  }

  @Test
  void a_client_that_registered_itself_is_linked_though_it_has_a_secret() {
    with(server -> {
      Answer registered =
          server.postJson(
              "/register",
              "{\"redirect_uris\":[\"https://app.example/back\"],\"client_name\":\"App\","
                  + "\"token_endpoint_auth_method\":\"client_secret_basic\"}");
      assertThat(registered.status()).isEqualTo(201);
      server.postRaw(
          "/token",
          "grant_type=authorization_code&code=none",
          "Authorization",
          basic(registered.text("client_id"), registered.text("client_secret")),
          "traceparent",
          TRACEPARENT);
    });
    requireLinked(collector.span("POST /token"));
  }

  @Test
  void pages_are_traced_and_people_are_strangers_to_their_own_browsers_traces() {
    with(server -> server.get("/sign-in", "traceparent", TRACEPARENT));
    requireLinked(collector.span("GET /sign-in"));
  }

  private static void requireLinked(Span request) {
    assertThat(Collector.hex(request.getTraceId())).isNotEqualTo(TRACE);
    assertThat(request.getParentSpanId()).isEmpty();
    assertThat(request.getLinksList())
        .singleElement()
        .satisfies(link -> {
          assertThat(Collector.hex(link.getTraceId())).isEqualTo(TRACE);
          assertThat(Collector.hex(link.getSpanId())).isEqualTo(CALLERS_SPAN);
        });
  }

  @Test
  void a_trace_comes_by_the_header_of_mcp_where_there_is_no_other() {
    with(server -> token(server, GRANT, "X-MCP-Traceparent", TRACEPARENT));
    assertThat(Collector.hex(collector.span("POST /token").getTraceId())).isEqualTo(TRACE);
  }

  @Test
  void the_header_of_w3c_counts_where_both_are_there() {
    String other = "00-11111111111111111111111111111111-2222222222222222-01";
    with(server -> token(server, GRANT, "X-MCP-Traceparent", other, "traceparent", TRACEPARENT));
    assertThat(Collector.hex(collector.span("POST /token").getTraceId())).isEqualTo(TRACE);
  }

  @Test
  void a_malformed_traceparent_is_as_if_it_were_not_there() {
    List<String> malformed =
        List.of(
            "",
            "00",
            "not a trace",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-00F067AA0BA902B7-01",
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-more",
            "ff-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-0x",
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01, "
                + "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01");
    with(server ->
        malformed.forEach(text ->
            assertThat(token(server, GRANT, "traceparent", text).status())
                .as(text)
                .isEqualTo(200)));
    assertThat(collector.spans())
        .filteredOn(span -> span.getName().equals("POST /token"))
        .hasSameSizeAs(malformed)
        .allSatisfy(request -> {
          assertThat(request.getParentSpanId()).isEmpty();
          assertThat(request.getLinksList()).isEmpty();
          assertThat(Collector.hex(request.getTraceId())).isNotEqualTo(TRACE);
        });
  }

  @Test
  void a_repeated_traceparent_is_as_if_it_were_not_there() {
    with(server ->
        assertThat(
                token(server, GRANT, "traceparent", TRACEPARENT, "traceparent", TRACEPARENT)
                    .status())
            .isEqualTo(200));
    assertThat(Collector.hex(collector.span("POST /token").getTraceId())).isNotEqualTo(TRACE);
  }

  @Test
  void a_huge_tracestate_is_left_out_and_the_trace_goes_on() {
    String huge = "v=" + "x".repeat(8000);
    with(server -> token(server, GRANT, "traceparent", TRACEPARENT, "tracestate", huge));
    Span request = collector.span("POST /token");
    assertThat(Collector.hex(request.getTraceId())).isEqualTo(TRACE);
    assertThat(request.getTraceState()).isEmpty();
  }

  @Test
  void a_tracestate_in_parts_is_one_list() {
    with(server ->
        token(server, GRANT, "traceparent", TRACEPARENT, "tracestate", "a=1", "tracestate", "b=2"));
    assertThat(collector.span("POST /token").getTraceState()).isEqualTo("a=1,b=2");
  }

  @Test
  void no_secret_token_subject_or_baggage_reaches_the_collector() {
    List<String> secrets = new ArrayList<>(List.of(SECRET, "correct horse", "alice"));
    with(server -> {
      Answer answer =
          token(server, GRANT, "baggage", "card=visa-platinum", "traceparent", TRACEPARENT);
      secrets.add(answer.text("access_token"));
      var login = server.login();
      secrets.add(login.path("access_token").asString());
      secrets.add(login.path("refresh_token").asString());
      server.introspect(login.path("access_token").asString());
      server.refresh("phone", login.path("refresh_token").asString());
      server.get("/sign-in?continue=%2Fdevice%3Fuser_code%3DABCD-EFGH");
    });
    secrets.addAll(List.of("visa-platinum", "ABCD-EFGH", "user_code", "127.0.0.1"));
    assertThat(collector.spans()).hasSizeGreaterThan(20);
    assertThat(collector.everything()).doesNotContain(secrets);
  }

  @Test
  void baggage_never_enters_a_token() {
    with(server -> {
      Answer answer = token(server, GRANT, "baggage", "card=visa-platinum");
      assertThat(server.introspect(answer.text("access_token")).toString())
          .doesNotContain("card=")
          .doesNotContain("visa-platinum");
    });
  }

  @Test
  void a_collector_that_is_away_holds_up_nobody() {
    collector.close();
    with(server -> assertThat(token(server, GRANT).status()).isEqualTo(200));
  }

  @Test
  void a_trace_that_is_not_sampled_by_a_trusted_caller_is_not_written() {
    String unsampled = "00-" + TRACE + "-" + CALLERS_SPAN + "-00";
    with(server -> token(server, GRANT, "traceparent", unsampled));
    assertThat(collector.spans()).isEmpty();
  }

  @Test
  void a_stranger_does_not_decide_that_nothing_is_written() {
    String unsampled = "00-" + TRACE + "-" + CALLERS_SPAN + "-00";
    with(server -> server.postRaw("/token", GRANT, "traceparent", unsampled));
    requireLinked(collector.span("POST /token"));
  }
}

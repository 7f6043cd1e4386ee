package dev.latchstring.mcpserver.trace;

import static dev.latchstring.mcpserver.fixture.Scene.call;
import static dev.latchstring.mcpserver.fixture.Scene.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import jakarta.servlet.Filter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The spans of token checks and decisions. */
class AccessTraceTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";
  private static final String OTHER_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String OTHER = "00-" + OTHER_TRACE + "-b7ad6b7169203331-01";

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .build();
  private final Scene scene =
      Scene.open(UnaryOperator.identity(), filter -> filter.openTelemetry(sdk));

  @AfterEach
  void close() {
    scene.close();
    sdk.close();
  }

  private SpanData span(String name) {
    List<SpanData> found =
        exporter.getFinishedSpanItems().stream()
            .filter(span -> span.getName().equals(name))
            .toList();
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }

  private static Map<String, String> attributes(SpanData span) {
    Map<String, String> attributes = new TreeMap<>();
    span.getAttributes()
        .forEach((AttributeKey<?> key, Object value) -> attributes.put(key.getKey(), "" + value));
    return attributes;
  }

  private static String callWithMeta(String tool, Map<String, Object> meta) {
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("name", tool);
    params.put("arguments", Map.of("text", "x"));
    params.put("_meta", meta);
    return message("tools/call", params);
  }

  @Test
  void the_callers_trace_goes_on_through_the_token_check_and_the_decision() {
    Http.Answer answer =
        scene.send(
            scene.token("clinic:read"),
            call("find_appointments"),
            "traceparent",
            PARENT,
            "tracestate",
            "v=1");

    assertThat(answer.status()).isEqualTo(200);
    SpanData token = span("check_access_token");
    assertThat(token.getTraceId()).isEqualTo(TRACE);
    assertThat(token.getParentSpanId()).isEqualTo(SPAN);
    assertThat(token.getSpanContext().getTraceState().get("v")).isEqualTo("1");
    assertThat(attributes(token))
        .containsOnlyKeys(
            "latchstring.outcome", "latchstring.client_id", "latchstring.scope_granted");
    SpanData decision = span("authorize_message");
    assertThat(decision.getTraceId()).isEqualTo(TRACE);
    assertThat(decision.getParentSpanId()).isEqualTo(SPAN);
    assertThat(attributes(decision))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "latchstring.outcome", "passed",
                "mcp.method.name", "tools/call",
                "gen_ai.tool.name", "find_appointments"));
    assertThat(exporter.getFinishedSpanItems()).hasSize(2);
  }

  @Test
  void a_refusal_names_what_is_missing() {
    scene.send(scene.token("clinic:read"), call("book_appointment"), "traceparent", PARENT);

    SpanData decision = span("authorize_message");
    assertThat(decision.getTraceId()).isEqualTo(TRACE);
    assertThat(attributes(decision))
        .containsEntry("latchstring.outcome", "refused")
        .containsEntry("latchstring.error", "insufficient_scope")
        .containsEntry("latchstring.scope_missing", "clinic:write")
        .containsEntry("gen_ai.tool.name", "book_appointment");
  }

  @Test
  void a_refusal_by_team_does_not_name_the_teams() {
    scene.send(scene.token("clinic:read"), call("read_record"));

    assertThat(attributes(span("authorize_message")))
        .containsEntry("latchstring.rule", "this is open to certain teams only");
    assertThat(exporter.getFinishedSpanItems().toString())
        .doesNotContain("front-desk")
        .doesNotContain("ward");
  }

  @Test
  void the_trace_in_the_messages_meta_counts_without_headers() {
    scene.send(
        scene.token("clinic:read"),
        callWithMeta("find_appointments", Map.of("traceparent", PARENT, "tracestate", "v=1")));

    assertThat(span("check_access_token").getTraceId()).isEqualTo(TRACE);
    assertThat(span("authorize_message").getParentSpanId()).isEqualTo(SPAN);
  }

  @Test
  void the_messages_own_trace_says_more_of_it_than_the_headers() {
    scene.send(
        scene.token("clinic:read"),
        callWithMeta("find_appointments", Map.of("traceparent", PARENT)),
        "traceparent",
        OTHER);

    assertThat(span("check_access_token").getTraceId()).isEqualTo(OTHER_TRACE);
    assertThat(span("authorize_message").getTraceId()).isEqualTo(TRACE);
  }

  @Test
  void each_message_of_a_batch_has_its_own_trace() {
    String one = callWithMeta("find_appointments", Map.of("traceparent", PARENT));
    String two = callWithMeta("find_rooms", Map.of("traceparent", OTHER));
    scene.send(scene.token("clinic:read"), "[" + one + "," + two + "]");

    assertThat(exporter.getFinishedSpanItems())
        .filteredOn(span -> span.getName().equals("authorize_message"))
        .extracting(SpanData::getTraceId)
        .containsExactlyInAnyOrder(TRACE, OTHER_TRACE);
  }

  @Test
  void the_header_of_mcp_counts_where_there_is_no_other() {
    scene.send(scene.token("clinic:read"), call("find_appointments"), "X-MCP-Traceparent", PARENT);

    assertThat(span("check_access_token").getTraceId()).isEqualTo(TRACE);
  }

  @Test
  void a_caller_without_a_good_token_is_linked_and_continues_nothing() {
    scene.send("forged.token.here", call("find_appointments"), "traceparent", PARENT);

    SpanData token = span("check_access_token");
    assertThat(token.getTraceId()).isNotEqualTo(TRACE);
    assertThat(token.getParentSpanContext().isValid()).isFalse();
    assertThat(token.getLinks())
        .extracting(LinkData::getSpanContext)
        .singleElement()
        .satisfies(link -> assertThat(link.getTraceId()).isEqualTo(TRACE));
    assertThat(attributes(token)).containsEntry("latchstring.error", "invalid_token");
  }

  @Test
  void a_caller_without_any_token_is_linked() {
    Http.post(scene.mcp(), call("find_appointments"), "traceparent", PARENT);

    assertThat(span("check_access_token").getLinks()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "ff-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
        "00-0AF7651916CD43DD8448EB211C80319C-00F067AA0BA902B7-01"
      })
  void a_malformed_traceparent_is_as_if_it_were_not_there(String malformed) {
    Http.Answer answer =
        scene.send(
            scene.token("clinic:read"),
            callWithMeta("find_appointments", Map.of("traceparent", malformed)),
            "traceparent",
            malformed);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(span("check_access_token").getParentSpanContext().isValid()).isFalse();
    assertThat(span("authorize_message").getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void meta_of_other_kinds_than_text_is_as_if_it_were_not_there() {
    Http.Answer answer =
        scene.send(
            scene.token("clinic:read"),
            callWithMeta(
                "find_appointments",
                Map.of("traceparent", List.of(PARENT), "tracestate", 7, "baggage", Map.of())));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(span("authorize_message").getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void a_repeated_traceparent_is_as_if_it_were_not_there() {
    scene.send(
        scene.token("clinic:read"),
        call("find_appointments"),
        "traceparent",
        PARENT,
        "traceparent",
        PARENT);

    assertThat(span("check_access_token").getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void a_huge_tracestate_is_left_out_and_the_trace_goes_on() {
    scene.send(
        scene.token("clinic:read"),
        callWithMeta(
            "find_appointments",
            Map.of("traceparent", PARENT, "tracestate", "v=" + "x".repeat(100_000))));

    SpanData decision = span("authorize_message");
    assertThat(decision.getTraceId()).isEqualTo(TRACE);
    assertThat(decision.getSpanContext().getTraceState().isEmpty()).isTrue();
  }

  @Test
  void neither_token_nor_subject_nor_arguments_nor_baggage_are_written() {
    String token = scene.token("clinic:read");
    scene.send(
        token,
        callWithMeta("find_appointments", Map.of("baggage", "card=4111")),
        "baggage",
        "card=4111");

    assertThat(exporter.getFinishedSpanItems().toString())
        .doesNotContain(token)
        .doesNotContain("alice")
        .doesNotContain("card")
        .doesNotContain("\"x\"");
  }

  @Test
  void a_tools_name_of_any_length_is_bounded() {
    scene.send(scene.token("clinic:read"), call("x".repeat(5000)));

    assertThat(attributes(span("authorize_message")).get("gen_ai.tool.name")).hasSizeLessThan(250);
  }

  @Test
  void under_the_applications_own_span_ours_are_its_children_and_the_callers_trace_is_linked() {
    Span own = sdk.getTracer("application").spanBuilder("POST /mcp").startSpan();
    Filter application =
        (request, response, chain) -> {
          try (Scope current = own.makeCurrent()) {
            chain.doFilter(request, response);
          }
        };
    try (Scene below =
        Scene.open(UnaryOperator.identity(), filter -> filter.openTelemetry(sdk), application)) {
      below.send(below.token("clinic:read"), call("find_appointments"), "traceparent", PARENT);
    }
    own.end();

    SpanData token = span("check_access_token");
    assertThat(token.getParentSpanId()).isEqualTo(own.getSpanContext().getSpanId());
    assertThat(token.getLinks())
        .singleElement()
        .satisfies(link -> assertThat(link.getSpanContext().getTraceId()).isEqualTo(TRACE));
  }

  @Test
  void without_an_sdk_nothing_is_noted_and_requests_go_through() {
    try (Scene silent = Scene.open()) {
      assertThat(
              silent
                  .send(
                      silent.token("clinic:read"), call("find_appointments"), "traceparent", PARENT)
                  .status())
          .isEqualTo(200);
    }
    assertThat(exporter.getFinishedSpanItems()).isEmpty();
  }
}

package dev.latchstring.authorizationserver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.latchstring.authorizationserver.trace.TraceSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceSettingsTest {
  private static TraceSettings read(String yaml, Map<String, String> environment) {
    return ConfigurationReader.parse("data: /tmp/none\n" + yaml, Overrides.of(environment))
        .traces();
  }

  @Test
  void without_an_endpoint_there_are_no_spans_whatever_else_is_set() {
    assertThat(read("", Map.of()).isOn()).isFalse();
    assertThat(read("", Map.of("OTEL_SERVICE_NAME", "latch")).isOn()).isFalse();
    assertThat(read("traces: {sample: 0.5}", Map.of()).isOn()).isFalse();
  }

  @Test
  void the_file_names_the_collector_and_what_part_is_kept() {
    assertThat(
            read("traces: {endpoint: 'http://collector:4318', sample: 0.25}", Map.of())
                .properties())
        .containsOnly(
            entry("otel.exporter.otlp.endpoint", "http://collector:4318"),
            entry("otel.traces.sampler", "parentbased_traceidratio"),
            entry("otel.traces.sampler.arg", "0.25"));
  }

  @Test
  void the_environment_wins_over_the_file() {
    TraceSettings settings =
        read(
            "traces: {endpoint: 'http://a:4318'}",
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "https://b:4318",
                "OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret",
                "OTHER", "x"));
    assertThat(settings.properties())
        .containsOnly(
            entry("otel.exporter.otlp.endpoint", "https://b:4318"),
            entry("otel.exporter.otlp.headers", "api-key=secret"));
    assertThat(settings.toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({"OTEL_SDK_DISABLED,true", "OTEL_TRACES_EXPORTER,none"})
  void opentelemetrys_own_switches_turn_it_off(String name, String value) {
    Map<String, String> environment =
        Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b:4318/v1/traces", name, value);
    assertThat(read("", environment).isOn()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "collector:4318",
        "ftp://collector",
        "http://",
        "http://user:password@collector:4318",
        "http://a b"
      })
  void an_endpoint_that_is_none_is_refused_without_being_repeated(String endpoint) {
    assertThatThrownBy(() -> read("traces: {endpoint: '" + endpoint + "'}", Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("traces.endpoint")
        .hasMessageNotContaining("password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "1.1", "2"})
  void a_part_that_is_none_is_refused(String sample) {
    assertThatThrownBy(
            () -> read("traces: {endpoint: 'http://a:4318', sample: " + sample + "}", Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("traces.sample");
  }

  @Test
  void grpc_is_refused_with_what_to_use() {
    Map<String, String> environment =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
    assertThatThrownBy(() -> read("", environment))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc'")
        .hasMessageContaining("http/protobuf");
  }
}

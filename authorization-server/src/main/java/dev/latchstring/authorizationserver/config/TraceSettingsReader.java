package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.trace.TraceSettings;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where spans go: {@code traces} in the file, over it OpenTelemetry's own environment variables
 * ({@code OTEL_EXPORTER_OTLP_ENDPOINT} and the rest). Without an endpoint in either, nowhere.
 */
final class TraceSettingsReader {
  private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
  private static final String TRACES_ENDPOINT = "otel.exporter.otlp.traces.endpoint";
  private static final String SAMPLER = "otel.traces.sampler";
  private static final String HTTP = "http/protobuf";

  private TraceSettingsReader() {}

  /**
   * @throws ConfigurationException where a setting cannot be used, with what to change
   */
  static TraceSettings read(
      ConfigurationFile.@Nullable Traces file, Map<String, String> environment) {
    Map<String, String> properties = new HashMap<>();
    if (file != null) {
      put(properties, ENDPOINT, file.endpoint());
      sample(properties, file.sample());
    }
    environment.forEach((name, value) -> {
      if (name.startsWith("OTEL_") && !value.isBlank()) {
        properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value.strip());
      }
    });
    boolean off =
        "true".equalsIgnoreCase(properties.get("otel.sdk.disabled"))
            || "none".equals(properties.get("otel.traces.exporter"));
    boolean on = properties.containsKey(ENDPOINT) || properties.containsKey(TRACES_ENDPOINT);
    if (off || !on) {
      return TraceSettings.OFF;
    }
    requireHttp(properties, "otel.exporter.otlp.protocol");
    requireHttp(properties, "otel.exporter.otlp.traces.protocol");
    requireEndpoint(properties.get(ENDPOINT));
    requireEndpoint(properties.get(TRACES_ENDPOINT));
    return new TraceSettings(properties);
  }

  private static void sample(Map<String, String> properties, @Nullable Double sample) {
    if (sample == null) {
      return;
    }
    if (!(sample >= 0 && sample <= 1)) {
      throw new ConfigurationException("traces.sample: " + sample + " is not between 0 and 1");
    }
    properties.put(SAMPLER, "parentbased_traceidratio");
    properties.put(SAMPLER + ".arg", sample.toString());
  }

  private static void requireHttp(Map<String, String> properties, String name) {
    String protocol = properties.get(name);
    if (protocol != null && !protocol.equals(HTTP)) {
      throw new ConfigurationException(
          name.toUpperCase(Locale.ROOT).replace('.', '_')
              + ": '"
              + protocol
              + "' is not spoken here; use "
              + HTTP
              + ", usually at port 4318");
    }
  }

  private static void requireEndpoint(@Nullable String endpoint) {
    if (endpoint == null) {
      return;
    }
    try {
      URI uri = URI.create(endpoint);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getRawUserInfo() == null) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // Told below, with the others.
    }
    throw new ConfigurationException(
        "traces.endpoint: cannot be used; write the collector's address for OTLP over HTTP, such as"
            + " http://localhost:4318");
  }

  private static void put(Map<String, String> properties, String name, @Nullable String value) {
    if (value != null) {
      properties.put(name, value.strip());
    }
  }
}

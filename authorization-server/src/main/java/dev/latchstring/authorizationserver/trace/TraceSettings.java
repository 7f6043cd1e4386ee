package dev.latchstring.authorizationserver.trace;

import java.util.Map;

/**
 * Where spans go, in OpenTelemetry's own terms.
 *
 * @param properties of its SDK, such as {@code otel.exporter.otlp.endpoint}; empty where there is
 *     no collector
 */
public record TraceSettings(Map<String, String> properties) {
  /** No collector. */
  public static final TraceSettings OFF = new TraceSettings(Map.of());

  public TraceSettings {
    properties = Map.copyOf(properties);
  }

  /** Whether there is a collector. */
  public boolean isOn() {
    return !properties.isEmpty();
  }

  /** The names alone: headers for a collector are secret. */
  @Override
  public String toString() {
    return "TraceSettings" + properties.keySet();
  }
}

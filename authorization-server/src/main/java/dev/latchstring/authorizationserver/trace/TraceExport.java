package dev.latchstring.authorizationserver.trace;

import dev.latchstring.authorizationserver.config.ConfigurationException;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * OpenTelemetry's SDK, as its own environment variables configure it: spans go in batches, on a
 * thread of their own, over OTLP/HTTP. At most 2,048 wait; what is more is dropped, and no request
 * waits for a collector.
 */
final class TraceExport implements AutoCloseable {
  private static final int FLUSH_SECONDS = 5;

  private static final Map<String, String> DEFAULTS =
      Map.of("otel.exporter.otlp.protocol", "http/protobuf", "otel.service.name", "latchstring");

  /** Spans alone; and no trace context of a caller goes on to others. */
  private static final Map<String, String> ALWAYS =
      Map.of(
          "otel.traces.exporter", "otlp",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none",
          "otel.propagators", "none");

  /** Held, or the JDK would forget where it is bridged to. */
  private static final Logger SDK_LOG = Logger.getLogger("io.opentelemetry");

  private final OpenTelemetrySdk sdk;
  private final RequestSpans spans;

  private TraceExport(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.spans = new RequestSpans(sdk);
  }

  /**
   * @throws ConfigurationException where the SDK does not take a setting, with which
   */
  static TraceExport start(TraceSettings settings) {
    Map<String, String> properties = new HashMap<>(DEFAULTS);
    properties.putAll(settings.properties());
    properties.putAll(ALWAYS);
    bridgeLog();
    AutoConfiguredOpenTelemetrySdkBuilder builder =
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook()
            .addPropertiesCustomizer(given -> properties);
    try {
      return new TraceExport(builder.build().getOpenTelemetrySdk());
    } catch (io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException e) {
      throw new ConfigurationException("traces: " + e.getMessage());
    }
  }

  /** A collector that cannot be reached is told in the server's log, not beside it. */
  private static synchronized void bridgeLog() {
    if (SDK_LOG.getUseParentHandlers()) {
      SDK_LOG.setUseParentHandlers(false);
      SDK_LOG.addHandler(new SLF4JBridgeHandler());
    }
  }

  RequestSpans spans() {
    return spans;
  }

  @Override
  public void close() {
    sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
  }
}

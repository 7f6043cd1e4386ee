package dev.latchstring.cli;

import dev.latchstring.client.http.Network;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How servers are reached, for every command that asks one. */
public final class NetworkOptions {
  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "Trust the certificate authorities in this PEM file too.")
  @Nullable String caFile;

  @Option(
      names = "--proxy",
      paramLabel = "URL",
      description = "Go through this proxy (default: HTTPS_PROXY and its kin; none: without one).")
  @Nullable String proxy;

  /** The environment as these options change it. */
  public Environment in(Environment environment) {
    Map<String, String> changes = new HashMap<>();
    if (caFile != null) {
      changes.put(Network.CA_FILE, caFile);
    }
    if (proxy != null) {
      changes.put(Network.PROXY, proxy);
    }
    return changes.isEmpty() ? environment : environment.with(changes);
  }
}

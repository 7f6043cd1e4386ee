package dev.latchstring.authorizationserver.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says, over the environment, over the file. Null: not said.
 *
 * @param environment the environment's variables, of which those named in {@link
 *     ConfigurationReader} count
 * @param bind the address to listen on
 * @param userData where the data goes if nothing names a directory; without it, one must be named
 * @param testMode whether the server is one for tests; the command line alone can say so
 */
public record Overrides(
    Map<String, String> environment,
    @Nullable String issuer,
    @Nullable String bind,
    @Nullable Integer port,
    @Nullable String data,
    @Nullable Path userData,
    boolean testMode) {

  public Overrides {
    environment = Map.copyOf(environment);
  }

  /** No options; only the environment. */
  public static Overrides of(Map<String, String> environment) {
    return new Overrides(environment, null, null, null, null, null, false);
  }

  /** The names alone: the environment holds secrets. */
  @Override
  public String toString() {
    return "Overrides[issuer=" + issuer + ", port=" + port + ", data=" + data + "]";
  }
}

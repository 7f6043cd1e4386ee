package dev.latchstring.client.http;

import dev.latchstring.client.ClientException;
import java.net.URI;
import java.util.Map;

/**
 * What a test runs in a JVM of its own: {@code URL PROXY CAFILE} prints the status or what failed.
 */
public final class ProxiedGet {
  private ProxiedGet() {}

  public static void main(String[] arguments) {
    Network network =
        Network.of(Map.of("HTTPS_PROXY", arguments[1], Network.CA_FILE, arguments[2]));
    try (Http http = new Http(network)) {
      System.out.print(http.get(URI.create(arguments[0])).status());
    } catch (ClientException e) {
      System.out.print(e.description() + " " + e.hint());
    }
  }
}

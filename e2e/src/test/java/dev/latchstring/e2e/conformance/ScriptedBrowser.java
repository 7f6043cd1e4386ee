package dev.latchstring.e2e.conformance;

import dev.latchstring.client.login.BrowserAddress;
import dev.latchstring.client.login.DeviceCode;
import dev.latchstring.client.login.LoginPrompt;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * The person's browser, whose person says yes to everything: it opens the address that it is shown
 * and follows the redirect back, both over HTTP.
 */
final class ScriptedBrowser implements LoginPrompt {
  private static final int MOST_REDIRECTS = 5;

  @Override
  public void show(DeviceCode code) {
    throw new UnsupportedOperationException("nobody is here to enter a code");
  }

  @Override
  public void show(BrowserAddress shown) {
    Thread.ofVirtual().name("browser").start(() -> visit(shown.address()));
  }

  private static void visit(URI address) {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      URI next = address;
      for (int i = 0; i < MOST_REDIRECTS; i++) {
        HttpResponse<String> page =
            http.send(HttpRequest.newBuilder(next).build(), BodyHandlers.ofString());
        String location = page.headers().firstValue("Location").orElse(null);
        if (location == null) {
          return;
        }
        next = next.resolve(location);
      }
    } catch (Exception e) {
      System.err.println("the browser: " + e);
    }
  }
}

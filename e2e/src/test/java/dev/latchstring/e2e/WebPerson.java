package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.Peer;
import java.net.URI;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The person at a real browser: signs in, decides, and is led back to the program that asked. */
final class WebPerson {
  private WebPerson() {}

  /** Allows what the address asks for; returns what the page said. */
  static JsonNode allows(String url) throws Exception {
    return decides(url, "allow");
  }

  static JsonNode denies(String url) throws Exception {
    return decides(url, "deny");
  }

  /** Connects the MCP Inspector, whose page this is, and calls a tool; returns what was asked. */
  static synchronized JsonNode inspects(String url) throws Exception {
    try (PeerProcess browser =
        NodePeers.start(
            Map.of(),
            "inspector.mjs",
            Peer.CHROMIUM.require().toString(),
            url,
            ServeProcess.USERNAME,
            ServeProcess.PASSWORD)) {
      JsonNode asked = browser.next("asked");
      assertThat(browser.next("called").path("text").asString()).contains("Alice Moreau");
      browser.finish();
      return asked;
    }
  }

  /** One at a time: many sign-ins of one name at once look like guessing. */
  private static synchronized JsonNode decides(String url, String decision) throws Exception {
    try (PeerProcess browser =
        NodePeers.start(
            Map.of(),
            "browser.mjs",
            Peer.CHROMIUM.require().toString(),
            URI.create(url).toString(),
            ServeProcess.USERNAME,
            ServeProcess.PASSWORD,
            decision)) {
      JsonNode asked = browser.next("asked");
      browser.finish();
      return asked;
    }
  }
}

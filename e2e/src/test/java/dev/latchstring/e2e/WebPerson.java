package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.Peer;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The person at a real browser: signs in, decides, and is led back to the program that asked. */
final class WebPerson {
  private WebPerson() {}

  /** Allows what the address asks for; returns what the page said. */
  static JsonNode allows(String url) throws Exception {
    return decides(url, "allow");
  }

  /** The same; returns where it led to, and what the page there is called. */
  static synchronized JsonNode isLedBack(String url) throws Exception {
    try (PeerProcess browser =
        browser(url, ServeProcess.USERNAME, ServeProcess.PASSWORD, "allow")) {
      JsonNode led = browser.next("led");
      browser.finish();
      return led;
    }
  }

  /** The same, and keeps the browser's cookies in a file. */
  static JsonNode allows(String url, Path cookies) throws Exception {
    return decides(url, "allow", cookies.toString());
  }

  /**
   * Opens an address with those cookies, and goes where it leads.
   *
   * @return the heading of the account page afterwards
   */
  static synchronized String leaves(String url, Path cookies) throws Exception {
    try (PeerProcess browser = browser(url, "-", "-", "leave", cookies.toString())) {
      String heading = browser.next("after").path("heading").asString();
      browser.finish();
      return heading;
    }
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
  private static synchronized JsonNode decides(String url, String decision, String... cookies)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of(ServeProcess.USERNAME, ServeProcess.PASSWORD, decision));
    arguments.addAll(List.of(cookies));
    try (PeerProcess browser = browser(url, arguments.toArray(String[]::new))) {
      JsonNode asked = browser.next("asked");
      browser.finish();
      return asked;
    }
  }

  private static PeerProcess browser(String url, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of(Peer.CHROMIUM.require().toString(), URI.create(url).toString()));
    arguments.addAll(List.of(more));
    return NodePeers.start(Map.of(), "browser.mjs", arguments.toArray(String[]::new));
  }
}

package dev.latchstring.client.discovery;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Fetches metadata documents. */
final class Documents {
  /** MCP 2025-03-26, "Server Metadata Discovery Headers". */
  private static final Map<String, String> HEADERS = Map.of("MCP-Protocol-Version", "2025-11-25");

  private final Http http;

  Documents(Http http) {
    this.http = http;
  }

  /**
   * The document at a place where there may be none: empty for 4xx, and for a page in HTML, which
   * is how single-page applications answer for every path.
   *
   * @throws ClientException {@link Problem#NETWORK} for 5xx and silence, {@link
   *     Problem#METADATA_INVALID} for a redirect, or a document that is no JSON object of this kind
   */
  <T> Optional<T> find(URI place, Class<T> type) {
    Reply reply = http.get(place, HEADERS);
    if (reply.isTemporary()) {
      throw new ClientException(
          Problem.NETWORK, place + " answered " + reply.status(), "try again later");
    }
    if (reply.status() >= 300 && reply.status() < 400) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          place
              + " redirects to "
              + ServerText.quote(reply.headers().firstValue("Location").orElse(""))
              + "; metadata is read from the place itself",
          "ask the server's operator to serve the document at the first address");
    }
    if (!reply.isOk() || reply.mediaType().equals("text/html")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(reply.body(), type));
    } catch (JsonException e) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the document at "
              + place
              + " cannot be read: "
              + ServerText.clean(String.valueOf(e.getMessage()), 200),
          "ask the server's operator to correct it");
    }
  }
}

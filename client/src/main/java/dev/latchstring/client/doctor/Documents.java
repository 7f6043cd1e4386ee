package dev.latchstring.client.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Fetches what may be a metadata document, and tells what is there instead. */
final class Documents {
  private static final int EXCERPT = 160;

  private final Http http;

  Documents(Http http) {
    this.http = http;
  }

  /** What is at a place. */
  sealed interface Found {
    /** A JSON object. */
    record Document(URI place, JsonNode members) implements Found {
      /** A member that is a text; null where it is none. */
      @Nullable String text(String name) {
        JsonNode value = members.get(name);
        return value == null || !value.isString() ? null : value.stringValue();
      }

      /** A member as it was sent, for the person. */
      String quote(String name) {
        JsonNode value = members.get(name);
        return '"' + name + "\": " + (value == null ? "(missing)" : excerpt(value.toString()));
      }
    }

    /** Nothing: 4xx, or a web page. */
    record Absent(URI place, String what) implements Found {}

    /**
     * Something that may not be used.
     *
     * @param location where it redirects to; null where it does not
     */
    record Unusable(URI place, String what, String sent, @Nullable String location)
        implements Found {}
  }

  /**
   * @throws ClientException where no answer came, or the server cannot serve now
   */
  Found at(URI place) {
    Reply reply = http.get(place);
    if (reply.isTemporary()) {
      throw new ClientException(
          dev.latchstring.client.Problem.NETWORK,
          place + " answered " + reply.status(),
          "try again later");
    }
    if (reply.status() >= 300 && reply.status() < 400) {
      String location = reply.headers().firstValue("Location").orElse("");
      return new Found.Unusable(
          place,
          place + " redirects; metadata is read from the place itself",
          reply.status() + " Location: " + excerpt(location),
          location);
    }
    if (!reply.isOk()) {
      return new Found.Absent(place, "answered " + reply.status());
    }
    if (reply.mediaType().equals("text/html")) {
      return new Found.Absent(place, "answered with a web page");
    }
    try {
      JsonNode tree = Json.readTree(reply.body());
      return tree.isObject()
          ? new Found.Document(place, tree)
          : new Found.Unusable(place, place + " is not a JSON object", excerpt(reply.body()), null);
    } catch (JsonException e) {
      return new Found.Unusable(
          place,
          place + " cannot be read: " + ServerText.clean(String.valueOf(e.getMessage()), 200),
          excerpt(reply.body()),
          null);
    }
  }

  private static String excerpt(byte[] body) {
    return excerpt(new String(body, 0, Math.min(body.length, 4 * EXCERPT), UTF_8));
  }

  static String excerpt(String text) {
    return ServerText.clean(text.strip().replaceAll("\\s+", " "), EXCERPT);
  }
}

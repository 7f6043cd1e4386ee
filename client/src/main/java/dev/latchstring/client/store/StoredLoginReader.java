package dev.latchstring.client.store;

import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.JsonTrees;
import dev.latchstring.oauth.OAuthException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a login member by member, where everything else is read by the one mapper: a host waits for
 * the first token of {@code latch connect}, and the mapper takes longer to get ready than
 * everything else on the way to it. It reads what the mapper writes; unknown members are ignored.
 */
final class StoredLoginReader {
  private static final JsonTrees TREES =
      new JsonTrees(
          JsonFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
              .build());

  private final ObjectNode members;

  private StoredLoginReader(ObjectNode members) {
    this.members = members;
  }

  /**
   * @throws JsonException where it is no such entry
   */
  static StoredLogin read(byte[] json) {
    try {
      if (TREES.read(json) instanceof ObjectNode members) {
        return new StoredLoginReader(members).login();
      }
    } catch (OAuthException e) {
      throw new JsonException("the server is none");
    } catch (JacksonException | NumberFormatException e) {
      throw new JsonException("not JSON");
    }
    throw new JsonException("not an object");
  }

  private StoredLogin login() {
    return new StoredLogin(
        required("server"),
        required("account"),
        required("resource"),
        required("issuer"),
        required("token_endpoint"),
        text("revocation_endpoint"),
        required("client_id"),
        text("client_secret"),
        required("auth_method"),
        required("scope"),
        text("subject"),
        text("name"),
        text("access_token"),
        required("token_type"),
        seconds("expires_at"),
        seconds("obtained_at"),
        flag("after_rejection"),
        text("refresh_token"),
        seconds("logged_in_at"),
        text("dpop_key"),
        text("auth_session"),
        text("requested_scope"),
        pinned());
  }

  private String required(String member) {
    String value = text(member);
    if (value == null) {
      throw new JsonException("no " + member);
    }
    return value;
  }

  private @Nullable String text(String member) {
    return text(member, members.path(member));
  }

  private static @Nullable String text(String member, JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw new JsonException(member + " is no string");
    }
    return value.stringValue();
  }

  private long seconds(String member) {
    JsonNode value = members.path(member);
    if (value.isMissingNode()) {
      return 0;
    }
    if (!value.canConvertToLong() || !value.isIntegralNumber()) {
      throw new JsonException(member + " is no number of seconds");
    }
    return value.longValue();
  }

  private boolean flag(String member) {
    JsonNode value = members.path(member);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new JsonException(member + " is neither true nor false");
    }
    return value.isBoolean() && value.booleanValue();
  }

  private @Nullable Map<String, String> pinned() {
    JsonNode value = members.path("pinned");
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!(value instanceof ObjectNode object)) {
      throw new JsonException("pinned is no object");
    }
    Map<String, String> pinned = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> pin : object.properties()) {
      String pinnedTo = text("pinned", pin.getValue());
      if (pinnedTo != null) {
        pinned.put(pin.getKey(), pinnedTo);
      }
    }
    return pinned;
  }
}

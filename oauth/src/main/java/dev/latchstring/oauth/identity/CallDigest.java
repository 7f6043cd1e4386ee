package dev.latchstring.oauth.identity;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.Secrets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * RFC 8785. What binds an identity assertion to one call: the SHA-256 of the UTF-8 bytes of the
 * canonical form of {@code {"arguments":…,"method":…,"name":…}}, as 43 characters of base64url.
 *
 * <p>{@code name} is {@code params.name}, or {@code params.uri} of what has no name, and is left
 * out where the request has neither. {@code arguments} is {@code params.arguments}, an empty object
 * where there is none or it is null. Nothing else of the request is in it: not {@code _meta}, which
 * carries the assertion itself, and not the JSON-RPC id.
 */
public final class CallDigest {
  /** How many characters it has. */
  public static final int LENGTH = 43;

  private CallDigest() {}

  /**
   * The digest of a call.
   *
   * @param method such as {@code tools/call}
   * @param name the tool's; null where the request names nothing
   * @param arguments an object; null where there are none
   * @throws JsonException where the arguments have no canonical form, or are no object
   */
  public static String of(String method, @Nullable String name, @Nullable JsonNode arguments) {
    ObjectNode call = Json.mapper().createObjectNode();
    if (arguments == null || arguments.isNull()) {
      call.putObject("arguments");
    } else if (arguments.isObject()) {
      call.set("arguments", arguments);
    } else {
      throw new JsonException("arguments are an object");
    }
    call.put("method", method);
    if (name != null) {
      call.put("name", name);
    }
    return Secrets.sha256Base64Url(CanonicalJson.write(call));
  }

  /** Whether a text could be one. */
  public static boolean isWellFormed(String text) {
    return text.length() == LENGTH
        && text.chars()
            .allMatch(c ->
                (c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_');
  }
}

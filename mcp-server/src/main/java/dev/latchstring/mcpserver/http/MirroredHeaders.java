package dev.latchstring.mcpserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MCP 2026-07-28, Streamable HTTP, "Request Metadata". The headers that repeat parts of the body
 * for those who do not read it: where they are given they must say the same, and from 2026-07-28 on
 * a request must give them. Of earlier versions they are not asked.
 *
 * <p>{@code Mcp-Param-*} is left to the server, which alone knows the tools' schemas.
 *
 * @param protocolVersion {@code MCP-Protocol-Version}
 * @param method {@code Mcp-Method}
 * @param name {@code Mcp-Name}, decoded
 */
record MirroredHeaders(
    @Nullable String protocolVersion, @Nullable String method, @Nullable String name) {

  /** The first version without sessions, in which the headers are required. */
  static final String STATELESS = "2026-07-28";

  /** The only version that has batches, which is also meant where none is named. */
  private static final String BATCHES = "2025-03-26";

  private static final String SENTINEL_START = "=?base64?";
  private static final String SENTINEL_END = "?=";

  /**
   * @throws Refusal 400 with {@code -32020} where a header is repeated or malformed
   */
  static MirroredHeaders of(HttpServletRequest request) {
    String version = single(request, "MCP-Protocol-Version");
    if (version != null && !isVersion(version)) {
      throw mismatch("MCP-Protocol-Version is not a version such as " + STATELESS, null);
    }
    String name = single(request, "Mcp-Name");
    return new MirroredHeaders(
        version, single(request, "Mcp-Method"), name == null ? null : decode(name));
  }

  private static @Nullable String single(HttpServletRequest request, String header) {
    List<String> values = Collections.list(request.getHeaders(header));
    if (values.size() > 1) {
      throw mismatch("there is more than one " + header, null);
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  private static boolean isVersion(String text) {
    if (text.length() != 10 || text.charAt(4) != '-' || text.charAt(7) != '-') {
      return false;
    }
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-');
  }

  private static String decode(String value) {
    if (!value.startsWith(SENTINEL_START)
        || !value.endsWith(SENTINEL_END)
        || value.length() < SENTINEL_START.length() + SENTINEL_END.length()) {
      return value;
    }
    String encoded =
        value.substring(SENTINEL_START.length(), value.length() - SENTINEL_END.length());
    try {
      byte[] bytes = Base64.getDecoder().decode(encoded);
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw mismatch("Mcp-Name is not the Base64 of a text", null);
    }
  }

  /**
   * @throws Refusal 400 with {@code -32020} where a header contradicts the body or is missing, with
   *     {@code -32600} where a batch comes in a version that has none
   */
  void check(Message.Body body) {
    if (body.isBatch()) {
      if (protocolVersion != null && !protocolVersion.equals(BATCHES)) {
        throw Refusal.jsonRpc(
            400,
            Refusal.INVALID_REQUEST,
            "Invalid request: protocol " + protocolVersion + " has no batches",
            null);
      }
      if (method != null || name != null) {
        throw mismatch("a batch has neither Mcp-Method nor Mcp-Name", null);
      }
    }
    for (Message message : body.messages()) {
      checkVersion(message);
      checkMirrors(message);
    }
  }

  /** Whether the request belongs to the era without sessions. */
  boolean isStateless(Message.Body body) {
    return isStateless(protocolVersion)
        || body.messages().stream().anyMatch(message -> isStateless(message.protocolVersion()));
  }

  private static boolean isStateless(@Nullable String version) {
    return version != null && version.compareTo(STATELESS) >= 0;
  }

  private void checkVersion(Message message) {
    String inBody = message.protocolVersion();
    if (inBody != null && protocolVersion != null && !inBody.equals(protocolVersion)) {
      throw mismatch("MCP-Protocol-Version does not match the body's protocol version", message);
    }
    if (!message.isRequest() || (!isStateless(inBody) && !isStateless(protocolVersion))) {
      return;
    }
    if (protocolVersion == null) {
      throw mismatch("MCP-Protocol-Version is missing", message);
    }
    if (inBody == null) {
      throw mismatch("the body's _meta names no protocol version", message);
    }
    if (method == null) {
      throw mismatch("Mcp-Method is missing", message);
    }
    if (name == null && hasMirroredName(message)) {
      throw mismatch("Mcp-Name is missing", message);
    }
  }

  private void checkMirrors(Message message) {
    if (method != null && !method.equals(message.method())) {
      throw mismatch("Mcp-Method does not match the body's method", message);
    }
    if (name != null && !name.equals(message.target())) {
      throw mismatch("Mcp-Name does not match the body", message);
    }
  }

  private static boolean hasMirroredName(Message message) {
    return switch (String.valueOf(message.method())) {
      case "tools/call", "prompts/get", "resources/read" -> true;
      default -> false;
    };
  }

  private static Refusal mismatch(String why, @Nullable Message message) {
    return Refusal.jsonRpc(
        400,
        Refusal.HEADER_MISMATCH,
        "Header mismatch: " + why,
        message == null ? null : message.id());
  }
}

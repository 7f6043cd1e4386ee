package dev.latchstring.mcpserver.front;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** MCP 2026-07-28, Streamable HTTP, "Value Encoding". */
public final class HeaderValue {
  private static final String PREFIX = "=?base64?";
  private static final String SUFFIX = "?=";

  /** The most zeros that are written out; a few characters could ask for a billion of them. */
  private static final int MAX_ZEROS = 400;

  private HeaderValue() {}

  /** The text as it is where that is safe, else in Base64 between the two markers. */
  public static String encode(String text) {
    boolean plain =
        !text.isEmpty()
            && text.chars().allMatch(c -> (c >= 0x20 && c <= 0x7E) || c == '\t')
            && !isBlank(text.charAt(0))
            && !isBlank(text.charAt(text.length() - 1))
            && !(text.startsWith(PREFIX) && text.endsWith(SUFFIX));
    return plain || text.isEmpty()
        ? text
        : PREFIX
            + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
            + SUFFIX;
  }

  /** "Type conversion"; null for a value that has no header form, and is left out. */
  public static @Nullable String of(@Nullable JsonNode value) {
    if (value == null) {
      return null;
    }
    if (value.isString()) {
      return encode(value.stringValue());
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? "true" : "false";
    }
    return value.isNumber() ? integer(value.decimalValue()) : null;
  }

  private static @Nullable String integer(BigDecimal number) {
    BigDecimal shortest = number.stripTrailingZeros();
    boolean integer = shortest.scale() <= 0 && shortest.scale() >= -MAX_ZEROS;
    return integer ? shortest.toBigIntegerExact().toString() : null;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}

package dev.latchstring.oauth.identity;

import dev.latchstring.oauth.JsonException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * RFC 8785, the JSON Canonicalization Scheme. One text for every value: members sorted by their
 * UTF-16 code units, no white space, numbers as ECMAScript writes them.
 *
 * <p>Refused is what two readers could take for different values: an integer beyond ±(2⁵³ − 1), a
 * decimal that is not what the nearest double is written as, half of a surrogate pair. RFC 8785
 * §3.2.2.3 asks for such numbers to be written as texts.
 */
public final class CanonicalJson {
  private static final BigInteger MAX_SAFE = BigInteger.valueOf((1L << 53) - 1);

  private CanonicalJson() {}

  /**
   * The canonical form.
   *
   * @throws JsonException where the value has none
   */
  public static String write(JsonNode value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(JsonNode value, StringBuilder out) {
    switch (value.getNodeType()) {
      case OBJECT -> writeObject(value, out);
      case ARRAY -> {
        String separator = "[";
        for (JsonNode element : value) {
          out.append(separator);
          write(element, out);
          separator = ",";
        }
        out.append(value.isEmpty() ? "[]" : "]");
      }
      case STRING -> writeText(value.stringValue(), out);
      case NUMBER -> out.append(number(value));
      case BOOLEAN -> out.append(value.booleanValue());
      case NULL -> out.append("null");
      default -> throw new JsonException("a value that JSON does not have");
    }
  }

  private static void writeObject(JsonNode object, StringBuilder out) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    object.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
    String separator = "{";
    for (Map.Entry<String, JsonNode> member : sorted.entrySet()) {
      out.append(separator);
      writeText(member.getKey(), out);
      out.append(':');
      write(member.getValue(), out);
      separator = ",";
    }
    out.append(sorted.isEmpty() ? "{}" : "}");
  }

  /** RFC 8785 §3.2.2.2. */
  private static void writeText(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(c < 0x10 ? "0" : "").append(Integer.toHexString(c));
          } else if (Character.isSurrogate(c)) {
            boolean paired =
                Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (!paired) {
              throw new JsonException("a text has half of a surrogate pair");
            }
            out.append(c).append(text.charAt(++i));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static String number(JsonNode value) {
    if (value.isIntegralNumber()) {
      BigInteger integer = value.bigIntegerValue();
      if (integer.abs().compareTo(MAX_SAFE) > 0) {
        throw new JsonException("an integer is beyond 2^53 - 1; write it as a text");
      }
      return integer.toString();
    }
    String written = number(value.doubleValue());
    if (value.isBigDecimal() && new BigDecimal(written).compareTo(value.decimalValue()) != 0) {
      throw new JsonException("a number has more digits than a double; write it as a text");
    }
    return written;
  }

  /** ECMA-262, Number::toString of radix 10. */
  static String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new JsonException("a number that JSON does not have");
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    int count = digits.length();
    int point = count - shortest.scale();
    StringBuilder out = new StringBuilder(value < 0 ? "-" : "");
    if (count <= point && point <= 21) {
      out.append(digits).repeat('0', point - count);
    } else if (0 < point && point <= 21) {
      out.append(digits, 0, point).append('.').append(digits, point, count);
    } else if (-6 < point && point <= 0) {
      out.append("0.").repeat('0', -point).append(digits);
    } else {
      out.append(digits.charAt(0));
      if (count > 1) {
        out.append('.').append(digits, 1, count);
      }
      out.append('e').append(point > 0 ? "+" : "-").append(Math.abs(point - 1));
    }
    return out.toString();
  }

  /**
   * The fewest digits that are read as this double, without zeros at the end. Java's own has at
   * least two ({@code 4.9E-324}), where ECMAScript has one if that will do ({@code 5e-324}).
   */
  private static BigDecimal shortest(double value) {
    BigDecimal javas = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (javas.precision() == 2) {
      BigDecimal one = javas.round(new MathContext(1, RoundingMode.HALF_UP)).stripTrailingZeros();
      if (one.doubleValue() == value) {
        return one;
      }
    }
    return javas;
  }
}

package dev.latchstring.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §3.1, §3.2 and appendix B: the parameters of a request in {@code
 * application/x-www-form-urlencoded}.
 *
 * <p>A parameter without a value counts as absent. One that comes twice is {@code invalid_request},
 * except {@code resource}, which RFC 8707 §2 lets repeat. Broken percent-encoding, bytes that are
 * not UTF-8, NUL characters, more than {@value #MAX_PARAMETERS} parameters or a name over {@value
 * #MAX_NAME} characters are {@code invalid_request}. The length of the whole is the reader's to
 * bound.
 */
public final class FormParameters {
  /** The most parameters one request may have. */
  public static final int MAX_PARAMETERS = 64;

  /** The most characters a parameter's name may have. */
  public static final int MAX_NAME = 128;

  private static final Set<String> REPEATABLE = Set.of("resource");

  private final Map<String, List<String>> values;

  private FormParameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Parses a body or a query.
   *
   * @throws OAuthException {@code invalid_request}; see the class
   */
  public static FormParameters parse(String text) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    int count = 0;
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('&', start);
      if (end < 0) {
        end = text.length();
      }
      if (end > start) {
        if (++count > MAX_PARAMETERS) {
          throw invalid("more than " + MAX_PARAMETERS + " parameters");
        }
        add(values, text, start, end);
      }
      start = end + 1;
    }
    return new FormParameters(values);
  }

  private static void add(Map<String, List<String>> values, String text, int start, int end) {
    int equals = text.indexOf('=', start);
    if (equals < 0 || equals > end) {
      equals = end;
    }
    String name = decode(text, start, equals);
    if (name.length() > MAX_NAME) {
      throw invalid("a parameter's name is longer than " + MAX_NAME + " characters");
    }
    String value = equals == end ? "" : decode(text, equals + 1, end);
    List<String> previous = values.get(name);
    if (previous == null) {
      values.put(name, value.isEmpty() ? List.of() : List.of(value));
    } else if (REPEATABLE.contains(name)) {
      List<String> all = new ArrayList<>(previous);
      if (!value.isEmpty()) {
        all.add(value);
      }
      values.put(name, List.copyOf(all));
    } else {
      throw invalid("parameter " + quote(name) + " is repeated");
    }
  }

  /** The value, or null where the parameter is absent or empty. */
  public @Nullable String optional(String name) {
    List<String> all = values.get(name);
    return all == null || all.isEmpty() ? null : all.getFirst();
  }

  /**
   * The value.
   *
   * @throws OAuthException {@code invalid_request} where the parameter is absent or empty
   */
  public String required(String name) {
    String value = optional(name);
    if (value == null) {
      throw invalid("parameter " + quote(name) + " is missing");
    }
    return value;
  }

  /** Every value of a parameter that may repeat, in order; empty where it is absent. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** The names that were sent, with or without a value. */
  public Set<String> names() {
    return Set.copyOf(values.keySet());
  }

  /** The names alone: values may be secret. */
  @Override
  public String toString() {
    return "FormParameters" + values.keySet();
  }

  /** Encodes parameters in their order; a null value leaves its parameter out. */
  public static String encode(Map<String, ? extends @Nullable String> parameters) {
    StringBuilder out = new StringBuilder();
    for (Map.Entry<String, ? extends @Nullable String> parameter : parameters.entrySet()) {
      String value = parameter.getValue();
      if (value == null) {
        continue;
      }
      if (!out.isEmpty()) {
        out.append('&');
      }
      encode(parameter.getKey(), out);
      out.append('=');
      encode(value, out);
    }
    return out.toString();
  }

  /** RFC 6749 §3.1: an address with parameters added to its query; null values are left out. */
  public static String appended(String uri, Map<String, ? extends @Nullable String> parameters) {
    String query = encode(parameters);
    if (query.isEmpty()) {
      return uri;
    }
    return uri + (uri.indexOf('?') < 0 ? "?" : uri.endsWith("?") ? "" : "&") + query;
  }

  /** One name or value, encoded. */
  public static String encode(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    encode(text, out);
    return out.toString();
  }

  private static void encode(String text, StringBuilder out) {
    for (byte b : text.getBytes(UTF_8)) {
      int c = b & 0xFF;
      if ((c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || c == '-'
          || c == '.'
          || c == '_'
          || c == '*') {
        out.append((char) c);
      } else if (c == ' ') {
        out.append('+');
      } else {
        out.append('%').append(hex(c >> 4)).append(hex(c & 0xF));
      }
    }
  }

  private static char hex(int digit) {
    return (char) (digit < 10 ? '0' + digit : 'A' + digit - 10);
  }

  /**
   * One name or value, decoded.
   *
   * @throws OAuthException {@code invalid_request} where it is not well-formed
   */
  public static String decode(String text) {
    return decode(text, 0, text.length());
  }

  private static String decode(String text, int start, int end) {
    boolean plain = true;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '%' || c == '+') {
        plain = false;
      } else if (c < 0x20 || c == 0x7F) {
        throw invalid("a parameter has a control character");
      }
    }
    return plain ? text.substring(start, end) : decodeEscapes(text, start, end);
  }

  private static String decodeEscapes(String text, int start, int end) {
    byte[] raw = text.substring(start, end).getBytes(UTF_8);
    byte[] bytes = new byte[raw.length];
    int length = 0;
    for (int i = 0; i < raw.length; i++) {
      byte b = raw[i];
      if (b == '+') {
        bytes[length++] = ' ';
      } else if (b == '%') {
        if (i + 2 >= raw.length) {
          throw invalid("a parameter has broken percent-encoding");
        }
        int high = Character.digit(raw[i + 1], 16);
        int low = Character.digit(raw[i + 2], 16);
        if (high < 0 || low < 0) {
          throw invalid("a parameter has broken percent-encoding");
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = b;
      }
    }
    String decoded = utf8(bytes, length);
    if (decoded.indexOf('\0') >= 0) {
      throw invalid("a parameter has a NUL character");
    }
    return decoded;
  }

  private static String utf8(byte[] bytes, int length) {
    try {
      return UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw invalid("a parameter is not UTF-8");
    }
  }

  private static String quote(String name) {
    return "'" + (name.length() > 40 ? name.substring(0, 40) + "..." : name) + "'";
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}

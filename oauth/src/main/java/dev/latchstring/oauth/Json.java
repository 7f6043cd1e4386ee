package dev.latchstring.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NumericNode;

/**
 * The one JSON mapper: RFC 8259 to the letter, and bounded. Bytes are UTF-8; a byte order mark
 * before them is passed over.
 *
 * <p>A member that comes twice is refused, for two readers of one message must not see two
 * messages. So is anything after the value, a depth over {@value #MAX_DEPTH}, a string over 1 MiB
 * and a number over 100 digits or beyond a double. Members that a type does not know are ignored,
 * as the OAuth specifications ask; null members are left out on writing.
 */
public final class Json {
  /** The deepest nesting that is read. */
  public static final int MAX_DEPTH = 32;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(1 << 20)
                          .maxNumberLength(100)
                          .maxNameLength(1024)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .nodeFactory(new FiniteNumbers())
          .changeDefaultPropertyInclusion(
              include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  /** A number that became infinite would be written as a text: another message than was read. */
  private static final class FiniteNumbers extends JsonNodeFactory {
    @Override
    public NumericNode numberNode(double value) {
      if (Double.isInfinite(value)) {
        throw new StreamConstraintsException("a number is beyond the range of a double");
      }
      return super.numberNode(value);
    }
  }

  private static final ObjectReader TREES = MAPPER.readerFor(JsonNode.class);

  private Json() {}

  /** The mapper itself, for what the methods here do not offer. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * @throws JsonException where the text is not JSON, not within the limits, or not of the type
   */
  public static <T> T read(String json, Class<T> type) {
    try {
      return require(MAPPER.readValue(json, type));
    } catch (JacksonException e) {
      throw explain(e);
    }
  }

  /**
   * @throws JsonException where the text is not JSON, not within the limits, or not of the type
   */
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      return require(MAPPER.readValue(text(json), type));
    } catch (JacksonException e) {
      throw explain(e);
    }
  }

  /**
   * @throws JsonException where the text is not JSON or not within the limits
   */
  public static JsonNode readTree(String json) {
    try {
      return require(TREES.<JsonNode>readValue(json));
    } catch (JacksonException e) {
      throw explain(e);
    }
  }

  /**
   * @throws JsonException where the text is not JSON or not within the limits
   */
  public static JsonNode readTree(byte[] json) {
    try {
      return require(TREES.<JsonNode>readValue(text(json)));
    } catch (JacksonException e) {
      throw explain(e);
    }
  }

  /** A tree as a value of a type; see {@link #read}. */
  public static <T> T convert(JsonNode tree, Class<T> type) {
    try {
      return require(MAPPER.treeToValue(tree, type));
    } catch (JacksonException e) {
      throw explain(e);
    }
  }

  public static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  public static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /** RFC 8259 §8.1: UTF-8 and nothing else; left to itself, the library would guess. */
  private static String text(byte[] json) {
    boolean marked =
        json.length >= 3
            && json[0] == (byte) 0xEF
            && json[1] == (byte) 0xBB
            && json[2] == (byte) 0xBF;
    int start = marked ? 3 : 0;
    try {
      return UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(json, start, json.length - start))
          .toString();
    } catch (CharacterCodingException e) {
      throw new JsonException("not the JSON that is expected (not UTF-8)");
    }
  }

  private static <T> T require(@Nullable T value) {
    if (value == null
        || (value instanceof JsonNode node && (node.isMissingNode() || node.isNull()))) {
      throw new JsonException("JSON value expected, but there is none");
    }
    return value;
  }

  /** Names the place and the rule, but never quotes the text. */
  private static JsonException explain(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    String where =
        at == null || at.getLineNr() < 0
            ? ""
            : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    return new JsonException("not the JSON that is expected (" + reason(e) + ")" + where);
  }

  private static String reason(JacksonException e) {
    return switch (e.getClass().getSimpleName()) {
      case "StreamConstraintsException" -> "larger or deeper than allowed";
      case "MismatchedInputException", "InvalidFormatException", "UnrecognizedPropertyException" ->
          "a value has the wrong type";
      default ->
          String.valueOf(e.getOriginalMessage()).startsWith("Duplicate")
              ? "a member is repeated"
              : "malformed";
    };
  }
}

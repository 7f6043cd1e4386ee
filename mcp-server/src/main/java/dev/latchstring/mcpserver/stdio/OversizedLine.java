package dev.latchstring.mcpserver.stdio;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

/** Finds the id of a request whose line was cut, so that it still gets its answer. */
public final class OversizedLine {
  private OversizedLine() {}

  /** The id if it comes before the cut, else null's node. */
  public static JsonNode id(byte[] beginning) {
    try (JsonParser parser =
        new JsonFactory().createParser(ObjectReadContext.empty(), beginning, 0, beginning.length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return NullNode.instance;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isId = parser.currentName().equals("id");
        JsonToken value = parser.nextToken();
        if (isId && value == JsonToken.VALUE_STRING) {
          return JsonNodeFactory.instance.stringNode(parser.getString());
        } else if (isId && value == JsonToken.VALUE_NUMBER_INT) {
          return number(parser);
        }
        parser.skipChildren();
      }
    } catch (JacksonException e) {
      return NullNode.instance;
    }
    return NullNode.instance;
  }

  /** Of the size that the whole line would have given it: nodes of two sizes are not equal. */
  private static JsonNode number(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT -> JsonNodeFactory.instance.numberNode(parser.getIntValue());
      case LONG -> JsonNodeFactory.instance.numberNode(parser.getLongValue());
      default -> JsonNodeFactory.instance.numberNode(parser.getBigIntegerValue());
    };
  }
}

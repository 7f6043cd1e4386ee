package dev.latchstring.client.challenge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.Json;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The challenge profile, "The answer": values as the one JSON object that fits the step's schema,
 * its members in the schema's order, so that the same answer is the same text.
 */
final class AnswerForm {
  private static final int MAX_BYTES = 16 * 1024;

  private AnswerForm() {}

  /**
   * The parameter's value; empty where the values do not fit, which costs the person nothing here.
   *
   * @throws IllegalArgumentException where a value is for no property of the step; without the
   *     value
   */
  static Optional<String> of(Step step, Answer.Values answer) {
    for (String name : answer.values().keySet()) {
      if (step.field(name).isEmpty()) {
        throw new IllegalArgumentException(
            "the step " + step.id() + " asks for no property of this name");
      }
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (Field field : step.fields()) {
      String value = answer.values().get(field.name());
      if (value == null || value.isBlank()) {
        if (field.required()) {
          return Optional.empty();
        }
        continue;
      }
      JsonNode node = node(field, value);
      if (node == null) {
        return Optional.empty();
      }
      object.set(field.name(), node);
    }
    String json = Json.write(object);
    return json.getBytes(UTF_8).length > MAX_BYTES ? Optional.empty() : Optional.of(json);
  }

  private static @Nullable JsonNode node(Field field, String value) {
    if (value.codePointCount(0, value.length()) > field.maxLength()
        || (!field.choices().isEmpty() && !field.choices().contains(value))) {
      return null;
    }
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (field.type()) {
      case STRING -> nodes.stringNode(value);
      case BOOLEAN ->
          switch (value) {
            case "true" -> nodes.booleanNode(true);
            case "false" -> nodes.booleanNode(false);
            default -> null;
          };
      case INTEGER ->
          value.matches("-?[0-9]{1,18}") ? nodes.numberNode(Long.parseLong(value)) : null;
      case NUMBER ->
          value.matches("-?[0-9]{1,18}(\\.[0-9]{1,18})?")
              ? nodes.numberNode(new BigDecimal(value))
              : null;
    };
  }
}

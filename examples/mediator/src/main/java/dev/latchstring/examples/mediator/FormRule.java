package dev.latchstring.examples.mediator;

import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.Field;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * MCP 2025-11-25, Elicitation: "Servers MUST NOT use form mode elicitation to request sensitive
 * information". What a host, and so perhaps a language model, may see of a login: an identifier
 * that authenticates nothing, or the number of an approval. There is no other way to a form in this
 * example.
 */
final class FormRule {
  private FormRule() {}

  /**
   * Whether a step may be asked in a form. It takes both: a kind that authenticates nothing, and
   * the server's word that no field is sensitive.
   */
  static boolean allows(Step step) {
    return switch (step.kind()) {
      case IDENTIFY ->
          !step.fields().isEmpty() && step.fields().stream().noneMatch(Field::sensitive);
      case APPROVAL -> step.fields().isEmpty() && step.number() != null;
      case KNOWLEDGE, PASSWORD, PIN, OTP, TOTP, PASSKEY, UNKNOWN -> false;
    };
  }

  /**
   * The form of a step.
   *
   * @throws IllegalArgumentException where it may not be asked in one
   */
  static ElicitFormRequest form(Step step, String service) {
    if (!allows(step)) {
      throw new IllegalArgumentException("the step " + step.id() + " is not for a form");
    }
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Field field : step.fields()) {
      properties.put(
          field.name(),
          Map.of("type", "string", "title", field.title(), "maxLength", field.maxLength()));
    }
    String message =
        step.kind() == StepKind.APPROVAL
            ? service
                + ": enter the number "
                + step.number()
                + " where you are signed in, on your account's page for approvals or with `latch"
                + " approve`. Approve only what you started yourself, then go on here."
            : service + ": " + step.prompt();
    return ElicitFormRequest.builder(
            message,
            Map.of(
                "type",
                "object",
                "properties",
                properties,
                "required",
                step.fields().stream().filter(Field::required).map(Field::name).toList()))
        .build();
  }

  /** What a form brought back: the step's own fields and nothing else. */
  static Answer answer(Step step, @Nullable Map<String, Object> content) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Field field : step.fields()) {
      if (content != null && content.get(field.name()) instanceof String text && !text.isBlank()) {
        values.put(field.name(), text);
      }
    }
    return Answer.values(values);
  }

  /** The approval among the alternatives, which a person gives without this host. */
  static @Nullable String approvalInstead(Step step) {
    List<Step.Alternative> others = step.alternatives();
    return others.stream()
        .filter(other -> other.kind() == StepKind.APPROVAL)
        .map(Step.Alternative::id)
        .findFirst()
        .orElse(null);
  }
}

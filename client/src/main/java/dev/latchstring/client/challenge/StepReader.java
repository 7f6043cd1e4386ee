package dev.latchstring.client.challenge;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The challenge profile, "A step": reads one, and takes nothing on trust. A step without what an
 * answer needs is refused; what is only shown is cut and cleaned; what is not known is passed over.
 */
final class StepReader {
  private static final int MAX_ID = 128;
  private static final int MAX_PROMPT = 1000;
  private static final int MAX_SSML = 8192;
  private static final int MAX_SHOWN = 200;
  private static final int MAX_FIELDS = 32;
  private static final int MAX_CHOICES = 64;
  private static final int MAX_ALTERNATIVES = 16;
  private static final int MAX_PUBLIC_KEY = 64 * 1024;
  private static final long MAX_SECONDS = Duration.ofDays(1).toSeconds();

  private StepReader() {}

  /**
   * @throws ClientException {@link Problem#METADATA_INVALID}, naming the member
   */
  static Step read(@Nullable JsonNode step) {
    if (step == null || !step.isObject()) {
      throw invalid("step");
    }
    String kindName = shown(step, "kind", 64);
    if (kindName == null) {
      throw invalid("kind");
    }
    StepKind kind = StepKind.of(kindName);
    String prompt = shown(step, "prompt", MAX_PROMPT);
    String lang = text(step, "lang");
    return new Step(
        id(step),
        kind,
        kindName,
        prompt == null ? "" : prompt,
        bounded(text(step, "ssml"), MAX_SSML),
        lang == null || !lang.matches("[A-Za-z0-9-]{1,35}") ? "en" : lang,
        fields(step.get("requestedSchema"), step.get("inputs")),
        attempts(step),
        seconds(step, "expires_in"),
        reason(text(step, "reason")),
        alternatives(step.get("alternatives")),
        kind == StepKind.PASSKEY ? publicKey(step.get("publicKey")) : null,
        shown(step, "destination", MAX_SHOWN),
        shown(step, "number", 64),
        seconds(step, "interval"));
  }

  private static String id(JsonNode holder) {
    String id = text(holder, "id");
    if (id == null || !isId(id)) {
      throw invalid("id");
    }
    return id;
  }

  private static boolean isId(String id) {
    return !id.isEmpty() && id.length() <= MAX_ID && id.chars().allMatch(c -> c > 0x20 && c < 0x7F);
  }

  private static List<Field> fields(@Nullable JsonNode schema, @Nullable JsonNode inputs) {
    if (schema == null) {
      return List.of();
    }
    JsonNode properties = schema.get("properties");
    if (properties == null) {
      return List.of();
    }
    if (!properties.isObject() || properties.size() > MAX_FIELDS) {
      throw invalid("requestedSchema");
    }
    Set<String> required = new HashSet<>(texts(schema.get("required"), MAX_FIELDS));
    List<Field> fields = new ArrayList<>();
    for (var property : properties.properties()) {
      if (!isId(property.getKey()) || !property.getValue().isObject()) {
        throw invalid("requestedSchema");
      }
      JsonNode input = inputs == null ? null : inputs.get(property.getKey());
      fields.add(
          field(property.getKey(), property.getValue(), input, required.remove(property.getKey())));
    }
    if (!required.isEmpty()) {
      throw invalid("requestedSchema");
    }
    return fields;
  }

  private static Field field(
      String name, JsonNode property, @Nullable JsonNode input, boolean required) {
    String title = shown(property, "title", MAX_SHOWN);
    String dtmf = input == null ? null : text(input, "dtmf");
    JsonNode sensitive = input == null ? null : input.get("sensitive");
    JsonNode longest = property.get("maxLength");
    return new Field(
        name,
        title == null ? name : title,
        sensitive == null || !sensitive.isBoolean() || sensitive.booleanValue(),
        dtmf != null && dtmf.matches("[A-Za-z#]{1,64}") ? dtmf : null,
        required,
        longest != null && longest.canConvertToInt() && longest.intValue() > 0
            ? Math.min(longest.intValue(), Field.DEFAULT_MAX_LENGTH)
            : Field.DEFAULT_MAX_LENGTH,
        type(text(property, "type")),
        texts(property.get("enum"), MAX_CHOICES));
  }

  private static Field.Type type(@Nullable String name) {
    return switch (name == null ? "string" : name) {
      case "string" -> Field.Type.STRING;
      case "number" -> Field.Type.NUMBER;
      case "integer" -> Field.Type.INTEGER;
      case "boolean" -> Field.Type.BOOLEAN;
      default -> throw invalid("requestedSchema");
    };
  }

  /** Texts that are shown, but must come back as they came: others are left out. */
  private static List<String> texts(@Nullable JsonNode array, int most) {
    List<String> texts = new ArrayList<>();
    if (array != null && array.isArray()) {
      for (JsonNode item : array) {
        if (item.isString()
            && texts.size() < most
            && item.stringValue().equals(ServerText.clean(item.stringValue(), MAX_SHOWN))) {
          texts.add(item.stringValue());
        }
      }
    }
    return texts;
  }

  private static List<Step.Alternative> alternatives(@Nullable JsonNode array) {
    List<Step.Alternative> alternatives = new ArrayList<>();
    if (array != null && array.isArray()) {
      for (JsonNode item : array) {
        String id = item.isObject() ? text(item, "id") : null;
        String kind = item.isObject() ? shown(item, "kind", 64) : null;
        if (id != null && isId(id) && kind != null && alternatives.size() < MAX_ALTERNATIVES) {
          alternatives.add(new Step.Alternative(id, StepKind.of(kind), kind));
        }
      }
    }
    return alternatives;
  }

  private static Step.@Nullable Reason reason(@Nullable String name) {
    return switch (name) {
      case null -> null;
      case "no_match" -> Step.Reason.NO_MATCH;
      case "not_understood" -> Step.Reason.NOT_UNDERSTOOD;
      case "sent" -> Step.Reason.SENT;
      case "pending" -> Step.Reason.PENDING;
      default -> Step.Reason.OTHER;
    };
  }

  private static @Nullable String publicKey(@Nullable JsonNode options) {
    return options == null || !options.isObject()
        ? null
        : bounded(Json.write(options), MAX_PUBLIC_KEY);
  }

  private static @Nullable Integer attempts(JsonNode step) {
    JsonNode left = step.get("attempts_left");
    return left != null && left.canConvertToInt() && left.isIntegralNumber()
        ? Integer.valueOf(Math.max(0, left.intValue()))
        : null;
  }

  static @Nullable Duration seconds(JsonNode holder, String member) {
    JsonNode value = holder.get(member);
    return value != null && value.isIntegralNumber() && value.canConvertToLong()
        ? Duration.ofSeconds(Math.clamp(value.longValue(), 0, MAX_SECONDS))
        : null;
  }

  /** On one line, cut, and without what a terminal would obey. */
  static @Nullable String shown(JsonNode holder, String member, int most) {
    String text = text(holder, member);
    return text == null ? null : ServerText.clean(text.replaceAll("\\s+", " ").strip(), most);
  }

  static @Nullable String text(JsonNode holder, String member) {
    JsonNode value = holder.get(member);
    return value != null && value.isString() ? value.stringValue() : null;
  }

  private static @Nullable String bounded(@Nullable String text, int most) {
    return text == null || text.length() > most ? null : text;
  }

  private static ClientException invalid(String member) {
    return new ClientException(
        Problem.METADATA_INVALID,
        "the authorization challenge endpoint asked for something without a usable " + member,
        "ask the authorization server's operator to correct it");
  }
}

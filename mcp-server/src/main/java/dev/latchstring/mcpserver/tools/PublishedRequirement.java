package dev.latchstring.mcpserver.tools;

import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code docs/schemas/authorization.schema.json}. Reads what another server publishes about its
 * tools, for whoever wants to look before calling, such as a gateway.
 *
 * <p>Scopes are compared by the reader's own hierarchy: what another server takes a scope to
 * include, it does not publish.
 */
public final class PublishedRequirement {
  private static final Set<String> MEMBERS =
      Set.of("closed", "scopes", "teams", "acr_values", "max_age", "provider", "and");
  private static final int MAX_VALUES = 256;
  private static final int MAX_LENGTH = 256;
  private static final int MAX_DEPTH = 4;

  private PublishedRequirement() {}

  /**
   * Reads a requirement.
   *
   * @param published the value of {@code _meta["dev.latchstring/authorization"]}
   * @throws JsonException where it is not by the schema, or has more than 256 values in a list,
   *     longer ones than 256 characters, or {@code and} more than four deep. A member that is not
   *     known here may be a condition, so it is refused as well
   */
  public static Requirement read(JsonNode published) {
    return read(published, 0);
  }

  private static Requirement read(JsonNode published, int depth) {
    if (!published.isObject() || depth > MAX_DEPTH) {
      throw bad("it is no object, or too deep");
    }
    published
        .propertyNames()
        .forEach(name -> {
          if (!MEMBERS.contains(name)) {
            throw bad("a member is not known: what it asks for cannot be checked");
          }
        });
    if (published.has("closed")) {
      if (published.size() > 1 || !published.get("closed").isBoolean()) {
        throw bad("closed stands alone, and is true");
      }
      // What says closed and means something else is closed.
      return Requirement.nobody();
    }
    Requirement all = own(published);
    for (JsonNode more : elements(published.get("and"), "and")) {
      all = all.and(read(more, depth + 1));
    }
    return all;
  }

  private static Requirement own(JsonNode published) {
    List<SequencedSet<String>> teams = List.of(new LinkedHashSet<>(texts(published, "teams")));
    JsonNode provider = published.get("provider");
    try {
      return new Requirement(
          Scope.of(texts(published, "scopes").toArray(String[]::new)),
          teams,
          texts(published, "acr_values"),
          age(published.get("max_age")),
          provider == null ? null : text(provider, "provider"),
          false);
    } catch (IllegalArgumentException | OAuthException e) {
      throw bad(e.getMessage());
    }
  }

  private static @Nullable Duration age(@Nullable JsonNode value) {
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      throw bad("max_age is a number of seconds");
    }
    return Duration.ofSeconds(value.intValue());
  }

  private static List<String> texts(JsonNode published, String name) {
    List<String> texts = new ArrayList<>();
    elements(published.get(name), name).forEach(element -> texts.add(text(element, name)));
    return texts;
  }

  private static String text(JsonNode value, String name) {
    if (!value.isString()
        || value.stringValue().isBlank()
        || value.stringValue().length() > MAX_LENGTH) {
      throw bad(name + " has what is no text of 1 to " + MAX_LENGTH + " characters");
    }
    return value.stringValue();
  }

  /** An empty list would ask for nothing, or for what nobody has: nobody can say. */
  private static List<JsonNode> elements(@Nullable JsonNode value, String name) {
    if (value == null) {
      return List.of();
    }
    if (!value.isArray() || value.isEmpty() || value.size() > MAX_VALUES) {
      throw bad(name + " is a list of 1 to " + MAX_VALUES);
    }
    return value.valueStream().toList();
  }

  private static JsonException bad(@Nullable String why) {
    return new JsonException("what a tool is said to require cannot be read: " + why);
  }
}

package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP 2026-07-28, Streamable HTTP, "Custom Headers from Tool Parameters": which arguments of a tool
 * are mirrored into which headers.
 *
 * @param paths header name to the chain of {@code properties} that leads to the value
 */
public record HeaderParameters(Map<String, List<String>> paths) {
  static final HeaderParameters NONE = new HeaderParameters(Map.of());

  private static final String ANNOTATION = "x-mcp-header";
  private static final int MAX_HEADERS = 64;

  /** A tool whose annotations break the rules, and must not be listed. */
  public static final class InvalidAnnotation extends Exception {
    InvalidAnnotation(String message) {
      super(message, null, false, false);
    }
  }

  public HeaderParameters {
    paths = Map.copyOf(paths);
  }

  /** Reads the annotations of a tool's {@code inputSchema}. */
  public static HeaderParameters read(JsonNode inputSchema) throws InvalidAnnotation {
    Map<String, List<String>> paths = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    int reachable = collect(inputSchema, List.of(), paths, seen);
    if (count(inputSchema) != reachable) {
      throw new InvalidAnnotation(ANNOTATION + " where it cannot be reached by properties alone");
    }
    return new HeaderParameters(paths);
  }

  /** The headers of one call; a value that is null or missing has none. */
  public Map<String, String> headers(ObjectNode arguments) {
    Map<String, String> headers = new LinkedHashMap<>();
    paths.forEach((name, path) -> {
      JsonNode value = arguments;
      for (String step : path) {
        value = value.path(step);
      }
      String text = HeaderValue.of(value);
      if (text != null) {
        headers.put("Mcp-Param-" + name, text);
      }
    });
    return headers;
  }

  private static int collect(
      JsonNode schema, List<String> path, Map<String, List<String>> paths, Set<String> seen)
      throws InvalidAnnotation {
    int found = 0;
    if (!(schema.get("properties") instanceof ObjectNode properties)) {
      return found;
    }
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      List<String> chain = new ArrayList<>(path);
      chain.add(property.getKey());
      JsonNode annotation = property.getValue().get(ANNOTATION);
      if (annotation != null) {
        paths.put(name(annotation, property.getValue(), seen), List.copyOf(chain));
        found++;
      }
      found += collect(property.getValue(), chain, paths, seen);
    }
    return found;
  }

  private static String name(JsonNode annotation, JsonNode schema, Set<String> seen)
      throws InvalidAnnotation {
    String name = annotation.isString() ? annotation.stringValue() : "";
    if (name.isEmpty()
        || name.length() > 100
        || !name.chars().allMatch(HeaderParameters::isToken)) {
      throw new InvalidAnnotation(ANNOTATION + " is not the name of a header");
    }
    @Nullable String type = JsonRpc.textAt(schema, "type");
    if (!Set.of("string", "integer", "boolean").contains(type == null ? "" : type)) {
      throw new InvalidAnnotation(ANNOTATION + " on a parameter of type " + type);
    }
    if (!seen.add(name.toLowerCase(Locale.ROOT)) || seen.size() > MAX_HEADERS) {
      throw new InvalidAnnotation(ANNOTATION + " repeats a name, or there are too many");
    }
    return name;
  }

  /** RFC 9110 §5.6.2. */
  private static boolean isToken(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  /** Every annotation in the schema, wherever it is; data under these keywords is no schema. */
  private static int count(JsonNode schema) {
    int found = 0;
    if (schema instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        found +=
            switch (member.getKey()) {
              case ANNOTATION -> 1;
              case "default", "const", "enum", "examples" -> 0;
              case "properties" -> countValues(member.getValue());
              default -> count(member.getValue());
            };
      }
    } else if (schema.isArray()) {
      for (JsonNode element : schema) {
        found += count(element);
      }
    }
    return found;
  }

  /** A property may itself be called like a keyword. */
  private static int countValues(JsonNode properties) {
    int found = 0;
    for (JsonNode property : properties) {
      found += count(property);
    }
    return found;
  }
}

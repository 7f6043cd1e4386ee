package dev.latchstring.mcpserver.policy;

import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.Rules;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * The format of a policy file: a YAML map with {@code default} (required), {@code tools} and {@code
 * scopes}.
 *
 * <pre>{@code
 * default: { scopes: [repo:read] }
 * scopes:
 *   repo:admin: [repo:write]
 *   repo:write: [repo:read]
 * tools:
 *   git_push: { scopes: [repo:write], teams: [platform], acr: [urn:example:mfa], max_age: 10m }
 *   git_*: { scopes: [repo:read] }
 *   drop_database: nobody
 * }</pre>
 *
 * <p>Strict, for a rule that is not understood is a door left open: refused, with the line, are
 * unknown and repeated keys, empty values and rules that say nothing, anything but text where text
 * belongs, aliases, tags, a second document, and more than {@value #MAX_RULES} rules, {@value
 * #MAX_VALUES} values in a list or {@value #MAX_TEXT} characters in a text.
 */
final class PolicyReader {
  static final int MAX_RULES = 2000;
  static final int MAX_VALUES = 64;
  static final int MAX_TEXT = 512;

  private static final String RULE =
      "write nobody, any_caller, or what is required, such as { scopes: [repo:read] }";
  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final String name;
  private final YAMLParser parser;
  private final Map<String, Entry> tools = new LinkedHashMap<>();
  private final Map<String, List<String>> implied = new LinkedHashMap<>();
  private @Nullable Entry byDefault;

  private record Entry(Requirement requirement, int line) {}

  private PolicyReader(String name, YAMLParser parser) {
    this.name = name;
    this.parser = parser;
  }

  /**
   * @param name what messages and audit logs call the file
   * @throws PolicyException with the line and what to change
   */
  static Rules read(String name, String text) {
    try (YAMLParser parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text)) {
      PolicyReader reader = new PolicyReader(name, parser);
      reader.readAll();
      return reader.rules();
    } catch (JacksonException e) {
      throw malformed(name, e);
    }
  }

  private void readAll() {
    if (parser.nextToken() == null) {
      throw new PolicyException(name + ": the file is empty; " + noDefault());
    }
    requireMap("the file");
    while (next() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      int line = line();
      next();
      switch (key) {
        case "default" -> byDefault = new Entry(requirement("default"), line);
        case "tools" -> readTools();
        case "scopes" -> readScopes();
        default -> throw unknown(line, key, "default, tools and scopes");
      }
    }
    if (parser.nextToken() != null) {
      throw bad(line(), "there is a second document; keep one");
    }
  }

  private void readTools() {
    requireMap("tools");
    while (next() != JsonToken.END_OBJECT) {
      String tool = parser.currentName();
      int line = line();
      int star = tool.indexOf('*');
      if (tool.isEmpty() || tool.length() > MAX_TEXT) {
        throw bad(line, "a tool's name has 1 to " + MAX_TEXT + " characters");
      }
      if (star == 0 && tool.length() == 1) {
        throw bad(line, "'*' is every tool, which is what default: says");
      }
      if (star >= 0 && star != tool.length() - 1) {
        throw bad(line, "'" + shown(tool) + "': a * stands at the end of a name only");
      }
      if (tools.size() == MAX_RULES) {
        throw bad(line, "there are more than " + MAX_RULES + " rules");
      }
      next();
      tools.put(tool, new Entry(requirement("the rule of '" + shown(tool) + "'"), line));
    }
  }

  private void readScopes() {
    requireMap("scopes");
    while (next() != JsonToken.END_OBJECT) {
      String broader = parser.currentName();
      int line = line();
      if (implied.size() == MAX_RULES) {
        throw bad(line, "there are more than " + MAX_RULES + " scopes that include others");
      }
      requireScopes(line, List.of(broader));
      next();
      List<String> narrower = texts("what " + shown(broader) + " includes");
      requireScopes(line, narrower);
      implied.put(broader, narrower);
    }
  }

  private void requireScopes(int line, List<String> scopes) {
    try {
      Scope.of(scopes);
    } catch (OAuthException e) {
      throw bad(line, e.description());
    }
  }

  private Requirement requirement(String what) {
    int line = line();
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return switch (parser.getString()) {
        case "nobody" -> Requirement.nobody();
        case "any_caller" -> Requirement.anyCaller();
        default -> throw bad(line, what + " is no rule; " + RULE);
      };
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw bad(line, what + " is no rule; " + RULE);
    }
    Requirement requirement = Requirement.anyCaller();
    boolean empty = true;
    while (next() != JsonToken.END_OBJECT) {
      empty = false;
      requirement = with(requirement, parser.currentName(), line());
    }
    if (empty) {
      throw bad(line, what + " says nothing; " + RULE);
    }
    return requirement;
  }

  private Requirement with(Requirement requirement, String key, int line) {
    next();
    try {
      return switch (key) {
        case "scopes" -> requirement.and(Requirement.scopes(array(texts(key))));
        case "teams" -> requirement.teams(array(texts(key)));
        case "acr" -> requirement.acr(array(texts(key)));
        case "max_age" -> requirement.maxAge(duration(line));
        case "provider" -> requirement.provider(text(key));
        default -> throw unknown(line, key, "scopes, teams, acr, max_age and provider");
      };
    } catch (OAuthException e) {
      throw bad(line, key + ": " + e.description());
    } catch (IllegalArgumentException e) {
      throw bad(line, key + ": " + e.getMessage());
    }
  }

  private static String[] array(List<String> texts) {
    return texts.toArray(String[]::new);
  }

  private Duration duration(int line) {
    String hint = "max_age: write a time such as 300s, 10m or 8h";
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw bad(line, hint);
    }
    String text = text("max_age");
    if (!text.matches("[0-9]{1,8}[smh]")) {
      throw bad(line, hint);
    }
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 's' -> Duration.ofSeconds(number);
      case 'm' -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  /** A list of texts, or one text alone. */
  private List<String> texts(String what) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      return List.of(text(what));
    }
    List<String> texts = new ArrayList<>();
    int line = line();
    while (next() != JsonToken.END_ARRAY) {
      if (texts.size() == MAX_VALUES) {
        throw bad(line(), what + " has more than " + MAX_VALUES + " values");
      }
      texts.add(text(what));
    }
    if (texts.isEmpty()) {
      throw bad(line, what + " is empty; name a value, or leave the key out");
    }
    return texts;
  }

  private String text(String what) {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw bad(line(), what + " is not a text; put numbers, true and false in quotes");
    }
    String text = parser.getString();
    if (text.isBlank() || text.length() > MAX_TEXT) {
      throw bad(line(), what + " has 1 to " + MAX_TEXT + " characters");
    }
    return text;
  }

  private void requireMap(String what) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw bad(line(), what + " is a map, such as default: nobody");
    }
  }

  private JsonToken next() {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new PolicyException(name + ": the file ends too early");
    }
    if (parser.isCurrentAlias() || parser.getTypeId() != null) {
      throw bad(line(), "aliases and tags are not read; write the value itself");
    }
    return token;
  }

  private Rules rules() {
    Entry fallback = byDefault;
    if (fallback == null) {
      throw new PolicyException(name + ": " + noDefault());
    }
    Rules.Builder rules = Rules.builder(fallback.requirement(), rule("default", fallback.line()));
    try {
      tools.forEach((tool, entry) -> {
        String called = rule(tool, entry.line());
        if (tool.endsWith("*")) {
          rules.prefix(tool.substring(0, tool.length() - 1), entry.requirement(), called);
        } else {
          rules.tool(tool, entry.requirement(), called);
        }
      });
      implied.forEach((broader, narrower) -> rules.implies(broader, array(narrower)));
    } catch (IllegalArgumentException e) {
      throw new PolicyException(name + ": " + e.getMessage());
    }
    return rules.build();
  }

  private String rule(String what, int line) {
    return name + ": " + shown(what) + " (line " + line + ")";
  }

  private static String noDefault() {
    return "there is no default: say what other tools require, such as default: nobody";
  }

  private int line() {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }

  private PolicyException unknown(int line, String key, String known) {
    return bad(line, "unknown key '" + shown(key) + "'; there are " + known);
  }

  private PolicyException bad(int line, String why) {
    return new PolicyException(name + ", line " + line + ": " + why);
  }

  private static PolicyException malformed(String name, JacksonException e) {
    int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    String reason = String.valueOf(e.getOriginalMessage());
    boolean repeated = reason.startsWith("Duplicate") || reason.contains("duplicate key");
    return new PolicyException(
        name
            + (line < 1 ? "" : ", line " + line)
            + ": "
            + (repeated
                ? "a key is repeated; keep one"
                : "not the YAML that is expected; check indentation, colons and quotes there"));
  }

  private static String shown(String text) {
    String start = text.length() > 60 ? text.substring(0, 60) + "..." : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}

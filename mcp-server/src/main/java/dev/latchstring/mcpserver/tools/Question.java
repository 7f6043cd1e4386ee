package dev.latchstring.mcpserver.tools;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a {@link DecisionPoint} is asked: may this caller do this?
 *
 * @param caller who calls, verified
 * @param method the MCP method, such as {@code tools/call}
 * @param target the tool, prompt or resource that is asked for; null where the method names none
 * @param arguments of the call's arguments those that the decision point asked for, as they came;
 *     empty where it is decided whether a tool is listed
 */
public record Question(
    Caller caller, String method, @Nullable String target, Map<String, JsonNode> arguments) {
  /** The method by which a tool is called. */
  public static final String CALL = "tools/call";

  public Question {
    arguments = Map.copyOf(arguments);
  }

  /** Without the arguments, which are the caller's own affair. */
  @Override
  public String toString() {
    return "Question[" + method + " " + target + "]";
  }
}

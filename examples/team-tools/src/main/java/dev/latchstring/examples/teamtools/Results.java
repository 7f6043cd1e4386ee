package dev.latchstring.examples.teamtools;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.Map;

/** What goes into a tool and comes out of it, in the SDK's words. */
final class Results {
  private Results() {}

  static Tool tool(String name, String description, String input) {
    return Tool.builder(name, McpJsonDefaults.getMapper(), input).description(description).build();
  }

  /** An argument as text; empty where it is missing or something else. */
  static String text(CallToolRequest request, String argument) {
    return request.arguments() != null && request.arguments().get(argument) instanceof String text
        ? text.strip()
        : "";
  }

  static CallToolResult done(Map<String, Object> content) {
    return CallToolResult.builder().structuredContent(content).build();
  }

  static CallToolResult failed(String why) {
    return CallToolResult.builder().addTextContent(why).isError(true).build();
  }
}

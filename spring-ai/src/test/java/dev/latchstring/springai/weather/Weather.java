package dev.latchstring.springai.weather;

import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.mcp.annotation.McpToolParam;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/** An application of Spring AI, as its own documentation would have it, with a declaration. */
@SpringBootApplication
public class Weather {
  @Bean
  ToolAuthorizer authorizer() {
    return ToolAuthorizer.builder(Requirement.nobody())
        .tool("forecast", Requirement.scopes("weather:read"))
        .tool("warn", Requirement.scopes("weather:read", "weather:warn").teams("meteorologists"))
        .tool("temperature", Requirement.scopes("weather:read"))
        .build();
  }

  @Component
  static class Tools {
    @McpTool(name = "forecast", description = "What the weather will be")
    String forecast(
        McpSyncServerExchange exchange, @McpToolParam(description = "where") String place) {
      return "sun in " + place + " for " + ProtectedTools.caller(exchange).subject();
    }

    @McpTool(name = "warn", description = "Warns everybody")
    String warn(@McpToolParam(description = "where") String place) {
      return "everybody in " + place + " was warned";
    }

    @McpTool(name = "forgotten", description = "Nobody declared it")
    String forgotten() {
      return "never";
    }
  }

  record Where(String place) {}

  @Bean
  ToolCallback temperature() {
    return FunctionToolCallback.builder("temperature", (Where where) -> where.place() + ": 21")
        .description("How warm it is")
        .inputType(Where.class)
        .build();
  }
}

package dev.latchstring.examples.github;

import dev.latchstring.mcpserver.kit.Provider;
import dev.latchstring.mcpserver.sdk.StdioLogin;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.URI;
import java.util.Map;

/**
 * The MCP server that a host starts: {@code GithubServer [API]}. Its login is the few lines of
 * {@code main}.
 */
public final class GithubServer {
  private GithubServer() {}

  public static void main(String[] arguments) {
    URI api = URI.create(arguments.length > 0 ? arguments[0] : "http://localhost:9600/api");
    StdioLogin login =
        StdioLogin.builder(GithubTools.authorizer())
            .clientName("The forge's MCP server")
            .provider(
                Provider.of("forge", api)
                    .tokenFrom("FORGE_TOKEN", "FORGE_PERSONAL_ACCESS_TOKEN")
                    .scope("user:read", "repo:read"))
            .open(GithubTools.ABOUT)
            .build();
    McpServer.sync(login.transport())
        .serverInfo("forge", "0.1.0")
        .instructions("Repositories, issues and pull requests of the forge.")
        .tools(about(api))
        .tools(GithubTools.all(login))
        .immediateExecution(true)
        .build();
  }

  /** A tool that needs nobody. */
  private static SyncToolSpecification about(URI api) {
    Tool tool =
        Tool.builder(GithubTools.ABOUT, Map.of("type", "object"))
            .description("Which forge this is.")
            .build();
    return SyncToolSpecification.builder()
        .tool(tool)
        .callHandler((exchange, request) -> GithubTools.text("The forge at " + api, false))
        .build();
  }
}

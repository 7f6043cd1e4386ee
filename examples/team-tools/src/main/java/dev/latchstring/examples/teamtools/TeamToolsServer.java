package dev.latchstring.examples.teamtools;

import dev.latchstring.mcpserver.sdk.ProtectedTools;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/** The MCP server: Spring Boot with Tomcat, and the official SDK's Streamable HTTP transport. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(TeamToolsSettings.class)
public class TeamToolsServer {
  public static void main(String[] arguments) {
    SpringApplication.run(TeamToolsServer.class, arguments);
  }

  @Bean
  HttpServletStreamableServerTransportProvider transport() {
    return HttpServletStreamableServerTransportProvider.builder()
        .mcpEndpoint("/mcp")
        .contextExtractor(ProtectedTools.callers())
        .build();
  }

  @Bean
  ServletRegistrationBean<HttpServletStreamableServerTransportProvider> endpoint(
      HttpServletStreamableServerTransportProvider transport) {
    ServletRegistrationBean<HttpServletStreamableServerTransportProvider> registration =
        new ServletRegistrationBean<>(transport, "/mcp");
    registration.setAsyncSupported(true);
    return registration;
  }

  @Bean(destroyMethod = "closeGracefully")
  McpSyncServer mcpServer(
      HttpServletStreamableServerTransportProvider transport,
      ProtectedTools tools,
      TeamToolsSettings settings) {
    Repositories repositories = new Repositories(settings.repositories());
    return McpServer.sync(transport)
        .serverInfo("team-tools", "0.1.0")
        .addToolFilter(tools.listed())
        .tools(new GitTools(repositories, settings.protectedBranches()).all(tools))
        .tools(new DatabaseTools(settings.database()).all(tools))
        .immediateExecution(true)
        .build();
  }
}

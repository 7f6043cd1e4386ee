package dev.latchstring.springai;

import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import org.springframework.ai.mcp.customizer.McpSyncServerCustomizer;
import org.springframework.ai.mcp.server.common.autoconfigure.McpServerAutoConfiguration;
import org.springframework.ai.mcp.server.common.autoconfigure.properties.McpServerProperties;
import org.springframework.ai.mcp.server.common.autoconfigure.properties.McpServerStreamableHttpProperties;
import org.springframework.ai.mcp.server.webmvc.autoconfigure.McpServerStreamableHttpWebMvcAutoConfiguration;
import org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/**
 * Protects the MCP server of Spring AI: the application declares a {@link ToolAuthorizer} bean, and
 * sets {@code latchstring.mcp-server.resource} and {@code latchstring.mcp-server.issuer}.
 *
 * <p>A server of another transport than Streamable HTTP, an asynchronous one, and one without these
 * do not start, for they would not be protected. {@code latchstring.mcp-server.enabled=false} turns
 * all of this off.
 */
@AutoConfiguration(
    before = {
      McpServerStreamableHttpWebMvcAutoConfiguration.class,
      McpServerAutoConfiguration.class
    })
@ConditionalOnProperty(
    name = {"latchstring.mcp-server.enabled", "spring.ai.mcp.server.enabled"},
    matchIfMissing = true)
@EnableConfigurationProperties({
  ProtectedMcpServerProperties.class,
  McpServerStreamableHttpProperties.class
})
public class ProtectedMcpServerAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  ProtectedTools protectedTools(ToolAuthorizer authorizer) {
    return new ProtectedTools(authorizer);
  }

  @Bean
  static ProtectedToolLists protectedToolLists(ObjectProvider<ProtectedTools> tools) {
    return new ProtectedToolLists(tools);
  }

  @Bean
  @ConditionalOnMissingBean
  BearerFilter bearerFilter(ProtectedMcpServerProperties properties, ToolAuthorizer authorizer) {
    BearerFilter.Builder filter =
        BearerFilter.builder(properties.requireResource(), properties.requireIssuer(), authorizer);
    String name = properties.resourceName();
    return (name == null ? filter : filter.resourceName(name)).build();
  }

  /** In front of the endpoint, and of the metadata by which clients find the issuer. */
  @Bean
  FilterRegistrationBean<BearerFilter> bearerFilterRegistration(
      BearerFilter filter, McpServerStreamableHttpProperties endpoint) {
    FilterRegistrationBean<BearerFilter> registration = new FilterRegistrationBean<>(filter);
    registration.addUrlPatterns(
        endpoint.getMcpEndpoint(),
        endpoint.getMcpEndpoint() + "/*",
        "/.well-known/oauth-protected-resource/*");
    registration.setAsyncSupported(true);
    return registration;
  }

  /** Spring AI's own, which takes the caller along. */
  @Bean
  WebMvcStreamableServerTransportProvider webMvcStreamableServerTransportProvider(
      @Qualifier("mcpServerJsonMapper") JsonMapper json,
      McpServerStreamableHttpProperties endpoint) {
    return WebMvcStreamableServerTransportProvider.builder()
        .jsonMapper(new JacksonMcpJsonMapper(json))
        .mcpEndpoint(endpoint.getMcpEndpoint())
        .keepAliveInterval(endpoint.getKeepAliveInterval())
        .disallowDelete(endpoint.isDisallowDelete())
        .contextExtractor(request -> ProtectedTools.callers().extract(request.servletRequest()))
        .build();
  }

  /** Beside Spring AI's own customizer, which sets the same. */
  @Bean
  @Primary
  McpSyncServerCustomizer protectedMcpServer(ProtectedTools tools) {
    return server -> server.immediateExecution(true).addToolFilter(tools.listed());
  }

  /** What is not protected does not start: said before anything is made. */
  @Bean
  static BeanFactoryPostProcessor onlyWhatIsProtected(Environment environment) {
    return beans -> {
      require(environment, "protocol", "STREAMABLE", "SSE");
      require(environment, "type", "SYNC", "SYNC");
      require(environment, "stdio", "false", "false");
    };
  }

  /** A misspelled name in the declaration would leave the real tool to the default. */
  @Bean
  SmartInitializingSingleton everyDeclaredToolIsThere(ProtectedTools tools) {
    return tools::requireAllMade;
  }

  private static void require(
      Environment environment, String name, String value, String otherwise) {
    String property = McpServerProperties.CONFIG_PREFIX + "." + name;
    if (!environment.getProperty(property, otherwise).equalsIgnoreCase(value)) {
      throw new IllegalStateException(
          "set " + property + "=" + value + ": another MCP server is not protected by Latchstring");
    }
  }
}

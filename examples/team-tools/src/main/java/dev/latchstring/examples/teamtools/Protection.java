package dev.latchstring.examples.teamtools;

import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who may call what, and the filter in front that sees to it. */
@Configuration(proxyBeanMethods = false)
class Protection {
  @Bean
  ToolAuthorizer authorizer() {
    return ToolAuthorizer.builder(Requirement.nobody())
        .tool(GitTools.LIST_BRANCHES, Requirement.scopes("git:read"))
        .tool(GitTools.PUSH, Requirement.scopes("git:push").teams("developers", "platform"))
        .tool(DatabaseTools.QUERY, Requirement.scopes("db:query").teams("data"))
        .implies("git:push", "git:read")
        .build();
  }

  @Bean
  ProtectedTools protectedTools(ToolAuthorizer authorizer) {
    return new ProtectedTools(authorizer);
  }

  @Bean
  FilterRegistrationBean<BearerFilter> bearerFilter(
      TeamToolsSettings settings, ToolAuthorizer authorizer) {
    FilterRegistrationBean<BearerFilter> registration =
        new FilterRegistrationBean<>(
            BearerFilter.builder(settings.resource(), settings.issuer(), authorizer)
                .resourceName("Team tools")
                .build());
    // The endpoint, and the metadata by which clients find the authorization server.
    registration.addUrlPatterns("/mcp", "/.well-known/oauth-protected-resource/*");
    registration.setAsyncSupported(true);
    return registration;
  }
}

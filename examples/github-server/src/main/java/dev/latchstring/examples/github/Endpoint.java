package dev.latchstring.examples.github;

import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the API can be asked, and what that requires. */
enum Endpoint {
  USER("GET", "/api/user"),
  REPOSITORIES("GET", "/api/repos"),
  ISSUES("GET", "/api/repos/([a-z-]+)/issues"),
  OPEN_ISSUE("POST", "/api/repos/([a-z-]+)/issues"),
  MERGE("PUT", "/api/repos/([a-z-]+)/pulls/([0-9]{1,6})/merge"),
  NOTHING("", "");

  private final String method;
  private final Pattern path;

  Endpoint(String method, String path) {
    this.method = method;
    this.path = Pattern.compile(path);
  }

  /** The endpoint that the request is for; {@link #NOTHING} where there is none. */
  static Endpoint of(HttpServletRequest request) {
    for (Endpoint endpoint : values()) {
      if (endpoint.method.equals(request.getMethod()) && endpoint.in(request).matches()) {
        return endpoint;
      }
    }
    return NOTHING;
  }

  /** The path's parts. */
  Matcher in(HttpServletRequest request) {
    return path.matcher(request.getRequestURI());
  }

  /** Who may ask for what: the only place that says so. */
  static ToolAuthorizer authorizer() {
    return ToolAuthorizer.builder(Requirement.scopes("repo:read"))
        .tool(USER.name(), Requirement.scopes("user:read"))
        .tool(REPOSITORIES.name(), Requirement.scopes("repo:read"))
        .tool(ISSUES.name(), Requirement.scopes("repo:read"))
        .tool(OPEN_ISSUE.name(), Requirement.scopes("repo:write"))
        .tool(MERGE.name(), Requirement.scopes("repo:write").teams("maintainers"))
        .tool(NOTHING.name(), Requirement.anyCaller())
        .implies("repo:write", "repo:read")
        .build();
  }
}

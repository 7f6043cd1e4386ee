package dev.latchstring.examples.github;

import dev.latchstring.examples.github.ApiClient.Answer;
import dev.latchstring.mcpserver.kit.Access;
import dev.latchstring.mcpserver.sdk.StdioLogin;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Json;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** The tools: what each requires, and the request it makes. */
final class GithubTools {
  static final String ABOUT = "about";

  private static final Map<String, Object> REPOSITORY =
      Map.of("type", "string", "pattern", "^[a-z-]{1,100}$");

  private GithubTools() {}

  /** Who may call what. The API decides again; but from here a host knows before it calls. */
  static ToolAuthorizer authorizer() {
    return ToolAuthorizer.builder(Requirement.scopes("repo:read"))
        .tool("whoami", Requirement.scopes("user:read"))
        .tool("list_repositories", Requirement.scopes("repo:read"))
        .tool("list_issues", Requirement.scopes("repo:read"))
        .tool("create_issue", Requirement.scopes("repo:write"))
        .tool("merge_pull_request", Requirement.scopes("repo:write").teams("maintainers"))
        .implies("repo:write", "repo:read")
        .listing(ToolAuthorizer.Listing.REACHABLE)
        .build();
  }

  static List<SyncToolSpecification> all(StdioLogin login) {
    return List.of(
        tool(login, "whoami", "Who is logged in, and their teams.", Map.of(), GithubTools::whoami),
        tool(
            login,
            "list_repositories",
            "The repositories that there are.",
            Map.of(),
            GithubTools::repositories),
        tool(
            login,
            "list_issues",
            "The issues of a repository.",
            Map.of("repository", REPOSITORY),
            GithubTools::issues),
        tool(
            login,
            "create_issue",
            "Opens an issue.",
            Map.of(
                "repository",
                REPOSITORY,
                "title",
                Map.of("type", "string", "minLength", 1, "maxLength", 200)),
            GithubTools::open),
        tool(
            login,
            "merge_pull_request",
            "Merges a pull request, by its number. Maintainers may.",
            Map.of(
                "repository",
                REPOSITORY,
                "number",
                Map.of("type", "integer", "minimum", 1, "maximum", 999_999)),
            GithubTools::merge));
  }

  private static Answer whoami(Access access, CallToolRequest request) {
    return ApiClient.get(access, "/user");
  }

  private static Answer repositories(Access access, CallToolRequest request) {
    return ApiClient.get(access, "/repos");
  }

  private static Answer issues(Access access, CallToolRequest request) {
    return ApiClient.get(access, repository(request) + "/issues");
  }

  private static Answer open(Access access, CallToolRequest request) {
    String title = String.valueOf(request.arguments().get("title"));
    return ApiClient.post(
        access, repository(request) + "/issues", Json.write(Map.of("title", title)));
  }

  private static Answer merge(Access access, CallToolRequest request) {
    return ApiClient.put(
        access, repository(request) + "/pulls/" + request.arguments().get("number") + "/merge");
  }

  /** Its name has the schema's form: the SDK has checked the arguments. */
  private static String repository(CallToolRequest request) {
    return "/repos/" + request.arguments().get("repository");
  }

  private static SyncToolSpecification tool(
      StdioLogin login,
      String name,
      String description,
      Map<String, Object> properties,
      BiFunction<Access, CallToolRequest, Answer> work) {
    Map<String, Object> schema =
        Map.of(
            "type",
            "object",
            "properties",
            properties,
            "required",
            List.copyOf(properties.keySet()),
            "additionalProperties",
            false);
    return login.tool(
        Tool.builder(name, schema).description(description).build(),
        (access, request) -> {
          Answer answer = work.apply(access, request);
          return text(answer.json(), !answer.isGood());
        });
  }

  static CallToolResult text(String text, boolean isError) {
    return CallToolResult.builder().addTextContent(text).isError(isError).build();
  }
}

package dev.latchstring.examples.teamtools;

import static dev.latchstring.examples.teamtools.Results.done;
import static dev.latchstring.examples.teamtools.Results.failed;
import static dev.latchstring.examples.teamtools.Results.text;
import static dev.latchstring.examples.teamtools.Results.tool;

import dev.latchstring.examples.teamtools.Repositories.Outcome;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Caller;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.util.List;
import java.util.Map;

/**
 * Reading branches and pushing to them.
 *
 * <p>The declaration says which teams push at all. Which of them push to a protected branch depends
 * on the branch, so it is decided here, by the same verified caller; nothing in the arguments says
 * who is calling.
 */
final class GitTools {
  static final String LIST_BRANCHES = "list_branches";
  static final String PUSH = "git_push";

  private static final String PLATFORM = "platform";

  private final Repositories repositories;
  private final List<String> protectedBranches;

  GitTools(Repositories repositories, List<String> protectedBranches) {
    this.repositories = repositories;
    this.protectedBranches = List.copyOf(protectedBranches);
  }

  List<SyncToolSpecification> all(ProtectedTools tools) {
    return List.of(
        tools.tool(
            tool(
                LIST_BRANCHES,
                "The branches of a repository's remote.",
                """
                {"type": "object",
                 "properties": {"repository": {"type": "string", "maxLength": 100}},
                 "required": ["repository"], "additionalProperties": false}
                """),
            this::listBranches),
        tools.tool(
            tool(
                PUSH,
                "Pushes a branch of the team's clone to its remote. Some branches are pushed to by"
                    + " the team platform alone.",
                """
                {"type": "object",
                 "properties": {"repository": {"type": "string", "maxLength": 100},
                                "branch": {"type": "string", "maxLength": 200}},
                 "required": ["repository", "branch"], "additionalProperties": false}
                """),
            this::push));
  }

  private CallToolResult listBranches(Caller caller, CallToolRequest request) {
    return switch (repositories.branches(text(request, "repository"))) {
      case Outcome.Done done -> done(Map.of("branches", done.lines()));
      case Outcome.Failed failed -> failed(failed.why());
    };
  }

  private CallToolResult push(Caller caller, CallToolRequest request) {
    String branch = text(request, "branch");
    if (protectedBranches.contains(branch) && !caller.teams().contains(PLATFORM)) {
      return failed(branch + " is protected: the team " + PLATFORM + " pushes to it");
    }
    return switch (repositories.push(text(request, "repository"), branch)) {
      case Outcome.Done done -> done(Map.of("pushed", branch, "by", caller.subject()));
      case Outcome.Failed failed -> failed(failed.why());
    };
  }
}

package dev.latchstring.authorizationserver.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules for {@code mcp_context} and {@code mcp_assertion}. */
final class Contexts {
  private static final int MOST_MEMBERS = 16;
  private static final int LONGEST_MEMBER = 64;

  private Contexts() {}

  static ContextSettings read(ConfigurationFile file) {
    ConfigurationFile.@Nullable McpContext context = file.mcpContext();
    ConfigurationFile.@Nullable McpAssertion assertion = file.mcpAssertion();
    List<String> members = context == null ? null : context.tokenMembers();
    return new ContextSettings(
        members == null ? ContextSettings.DEFAULT.tokenMembers() : checked(members),
        assertion != null && Boolean.TRUE.equals(assertion.tokenEndpointAudience()));
  }

  private static List<String> checked(List<String> members) {
    if (members.size() > MOST_MEMBERS
        || members.stream()
            .anyMatch(name -> name == null || name.isEmpty() || name.length() > LONGEST_MEMBER)) {
      throw new ConfigurationException(
          "mcp_context.token_members: must be at most "
              + MOST_MEMBERS
              + " names of 1 to "
              + LONGEST_MEMBER
              + " characters");
    }
    return members;
  }
}

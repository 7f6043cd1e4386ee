package dev.latchstring.mcpserver.sdk;

import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one request's list shows. The SDK asks tool by tool; it is decided for all of them together,
 * when the first is asked for, so that a policy engine is asked once.
 */
final class ListedTools {
  private @Nullable Set<String> decided;
  private Set<String> shown = Set.of();

  synchronized boolean shows(
      ToolAuthorizer authorizer, Caller caller, Set<String> known, String tool) {
    Set<String> before = decided;
    if (before == null) {
      before = new HashSet<>(known);
      shown = authorizer.listed(caller, before);
      decided = before;
    }
    return before.contains(tool) ? shown.contains(tool) : authorizer.isListed(caller, tool);
  }
}

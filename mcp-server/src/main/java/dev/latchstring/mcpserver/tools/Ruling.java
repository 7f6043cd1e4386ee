package dev.latchstring.mcpserver.tools;

import dev.latchstring.mcpserver.tools.Rules.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision, and how it came about.
 *
 * @param rules the rules that applied
 * @param refusedBy the decision point that refused; null where the rules did, or nobody
 */
record Ruling(Decision decision, List<Rule> rules, @Nullable String refusedBy) {

  /** The rules' names, or who refused. */
  String rule() {
    if (refusedBy != null) {
      return refusedBy;
    }
    if (rules.size() == 1) {
      return rules.getFirst().name();
    }
    return String.join(" + ", rules.stream().map(Rule::name).toList());
  }
}

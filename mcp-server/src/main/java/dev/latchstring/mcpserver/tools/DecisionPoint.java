package dev.latchstring.mcpserver.tools;

import java.util.List;
import java.util.Set;

/**
 * Somebody else who has a say in every decision, such as a policy engine. It is asked after the
 * declaration has allowed, and can only refuse what that allows.
 *
 * <p>Safe for use by many threads at once. What it throws is a refusal.
 */
public interface DecisionPoint {
  /** What an audit log calls it. */
  String name();

  /** The top-level arguments of a tool that it wants to know; none unless it says so. */
  default Set<String> arguments(String tool) {
    return Set.of();
  }

  /** The decision. Where it cannot be made now, {@link Decision.Unavailable}. */
  Decision decide(Question question);

  /** Several decisions, in order: what is listed. One by one, unless it can do better. */
  default List<Decision> decideAll(List<Question> questions) {
    return questions.stream().map(this::decide).toList();
  }
}

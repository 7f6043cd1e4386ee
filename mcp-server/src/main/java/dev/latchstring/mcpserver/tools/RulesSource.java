package dev.latchstring.mcpserver.tools;

import java.util.function.Consumer;

/**
 * Rules that are kept outside the server's code and may change while it runs, such as a policy
 * file. They are asked beside the code's own: both must allow.
 */
public interface RulesSource {
  /** The rules that are in force now. It is asked for each decision, so it answers at once. */
  Rules current();

  /**
   * A condition that every version of the rules has to keep, the present one included. Called once,
   * by the {@link ToolAuthorizer} that these rules are given to.
   *
   * @param condition throws {@link IllegalArgumentException} where rules do not keep it; the
   *     present ones' exception goes to the caller, later ones leave the rules in force that were
   */
  void accepting(Consumer<Rules> condition);
}

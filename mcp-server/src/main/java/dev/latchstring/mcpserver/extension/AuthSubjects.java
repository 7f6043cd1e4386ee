package dev.latchstring.mcpserver.extension;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What stands behind a front, as the extension sees it: a server elsewhere with its one account, or
 * several APIs with several accounts each. Safe for use by many threads.
 */
public interface AuthSubjects {
  /** Nothing that anybody could log in to. */
  AuthSubjects NONE =
      new AuthSubjects() {
        @Override
        public List<AuthSubject> all() {
          return List.of();
        }

        @Override
        public List<ObjectNode> tools() {
          return List.of();
        }
      };

  /**
   * Every account of every provider. The first of a provider is the one that is meant where a host
   * names none, and the first of all where it names no provider.
   */
  List<AuthSubject> all();

  /** MCP, "Tool": what is known of the tools, as they are listed. */
  List<ObjectNode> tools();
}

package dev.latchstring.mcpserver.extension;

import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

  /**
   * The account that is meant; also one that was never used, where accounts are made by naming
   * them.
   *
   * @param provider null for the first
   * @param account null for the provider's first
   * @return null where there is none
   * @throws RpcError -32602 where it cannot be a name
   */
  default @Nullable AuthSubject find(@Nullable String provider, @Nullable String account) {
    for (AuthSubject subject : all()) {
      if ((provider == null || provider.equals(subject.provider()))
          && (account == null || account.equals(subject.account().name()))) {
        return subject;
      }
    }
    return null;
  }

  /** MCP, "Tool": what is known of the tools, as they are listed. */
  List<ObjectNode> tools();
}

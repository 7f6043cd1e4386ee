package dev.latchstring.springai;

import dev.latchstring.mcpserver.sdk.ProtectedTools;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Puts every tool that Spring AI makes under the declaration: those of {@code @McpTool} methods, of
 * {@code ToolCallback}s, and those that are beans themselves, alone or in lists.
 */
final class ProtectedToolLists implements BeanPostProcessor {
  private final ObjectProvider<ProtectedTools> tools;

  ProtectedToolLists(ObjectProvider<ProtectedTools> tools) {
    this.tools = tools;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof SyncToolSpecification tool) {
      return tools.getObject().tool(tool);
    }
    if (bean instanceof List<?> list
        && !list.isEmpty()
        && list.stream().allMatch(SyncToolSpecification.class::isInstance)) {
      return list.stream()
          .map(SyncToolSpecification.class::cast)
          .map(tools.getObject()::tool)
          .toList();
    }
    return bean;
  }
}

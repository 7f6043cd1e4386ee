package dev.latchstring.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.examples.gateway.OfferedTools.Offer;
import dev.latchstring.mcpserver.onward.Onward;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.oauth.Scope;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is made of tool servers that publish something odd. */
class OfferedToolsTest {
  private record Says(List<Tool> tools) implements ToolServer {
    @Override
    public String scopes() {
      return "tickets:";
    }

    @Override
    public CallToolResult call(Onward way, Scope needed, CallToolRequest request) {
      throw new AssertionError("nobody is to be called");
    }

    @Override
    public void close() {}
  }

  private static Tool tool(String name, Map<String, Object> meta) {
    return Tool.builder(name, Map.of("type", "object")).meta(meta).build();
  }

  @Test
  void what_publishes_nothing_or_what_nobody_understands_is_open_to_nobody() {
    OfferedTools offered =
        OfferedTools.of(
            List.of(
                new Says(
                    List.of(
                        tool("silent", Map.of()),
                        tool("odd", Map.of(Requirement.META_KEY, Map.of("phase_of_moon", "full"))),
                        tool("text", Map.of(Requirement.META_KEY, "open")),
                        tool("open", Map.of(Requirement.META_KEY, Map.of(), "else", 1))))));

    assertThat(offered.offers())
        .extracting(Offer::requirement)
        .containsExactly(
            Requirement.nobody(),
            Requirement.nobody(),
            Requirement.nobody(),
            Requirement.anyCaller());
    assertThat(offered.offers().getLast().tool().meta()).isEqualTo(Map.of("else", 1));
  }

  @Test
  void a_tool_server_does_not_have_people_asked_for_the_scopes_of_another() {
    Map<String, Object> greedy = Map.of("scopes", List.of("tickets:read", "invoices:pay"));
    Map<String, Object> own = Map.of("scopes", List.of("tickets:read"));

    OfferedTools offered =
        OfferedTools.of(
            List.of(
                new Says(
                    List.of(
                        tool("greedy", Map.of(Requirement.META_KEY, greedy)),
                        tool("own", Map.of(Requirement.META_KEY, own))))));

    assertThat(offered.offers())
        .extracting(Offer::requirement)
        .containsExactly(Requirement.nobody(), Requirement.scopes("tickets:read"));
    assertThat(offered.authorizer().declaredScopes()).isEqualTo(Scope.of("tickets:read"));
  }

  @Test
  void a_tool_server_does_not_take_anothers_name() {
    Map<String, Object> open = Map.of(Requirement.META_KEY, Map.of());
    Says first = new Says(List.of(tool("pay", open)));
    Says second = new Says(List.of(tool("pay", open)));

    assertThatThrownBy(() -> OfferedTools.of(List.of(first, second)).authorizer())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pay");
  }
}

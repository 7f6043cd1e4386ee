package dev.latchstring.examples.gateway;

import dev.latchstring.mcpserver.tools.PublishedRequirement;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the gateway offers: the tools of all its servers, each under what its own server publishes.
 * So whoever may not call a tool is told by the gateway, before anybody is called.
 */
record OfferedTools(List<Offer> offers) {
  /** One tool, and whose it is. */
  record Offer(ToolServer server, Tool tool, Requirement requirement) {}

  OfferedTools {
    offers = List.copyOf(offers);
  }

  static OfferedTools of(List<ToolServer> servers) {
    List<Offer> offers = new ArrayList<>();
    for (ToolServer server : servers) {
      for (Tool tool : server.tools()) {
        offers.add(new Offer(server, withoutRequirement(tool), requirement(server, tool)));
      }
    }
    return new OfferedTools(offers);
  }

  /** A tool of two servers stops the start: one would be called for the other. */
  ToolAuthorizer authorizer() {
    ToolAuthorizer.Builder declaration =
        ToolAuthorizer.builder(Requirement.nobody()).listing(ToolAuthorizer.Listing.REACHABLE);
    offers.forEach(offer -> declaration.tool(offer.tool().name(), offer.requirement()));
    return declaration.build();
  }

  /** What says nothing, or nothing that can be understood, is not offered. */
  private static Requirement requirement(ToolServer server, Tool tool) {
    Object published = tool.meta() == null ? null : tool.meta().get(Requirement.META_KEY);
    if (published == null) {
      return Requirement.nobody();
    }
    try {
      Requirement read = PublishedRequirement.read(Json.mapper().valueToTree(published));
      if (read.scope().values().stream().allMatch(scope -> scope.startsWith(server.scopes()))) {
        return read;
      }
      // A person would be asked to grant what is another server's.
      System.err.println("gateway: " + tool.name() + " is not offered: it asks for other scopes");
      return Requirement.nobody();
    } catch (JsonException e) {
      System.err.println("gateway: " + tool.name() + " is not offered: " + e.getMessage());
      return Requirement.nobody();
    }
  }

  /** The gateway's own declaration is published in its place. */
  private static Tool withoutRequirement(Tool tool) {
    Map<String, Object> meta = new LinkedHashMap<>(tool.meta() == null ? Map.of() : tool.meta());
    meta.remove(Requirement.META_KEY);
    return new Tool(
        tool.name(),
        tool.title(),
        tool.description(),
        tool.inputSchema(),
        tool.outputSchema(),
        tool.annotations(),
        meta,
        tool.icons());
  }
}

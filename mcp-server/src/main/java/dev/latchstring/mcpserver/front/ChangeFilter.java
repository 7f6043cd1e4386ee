package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP 2026-07-28, "Notification Filter": which changes somebody wants to hear of.
 *
 * @param resources URIs whose updates are wanted; at most {@value #MAX_RESOURCES}
 */
public record ChangeFilter(
    boolean tools, boolean prompts, boolean resourceLists, Set<String> resources) {
  static final int MAX_RESOURCES = 1000;

  public static final ChangeFilter NONE = new ChangeFilter(false, false, false, Set.of());

  public ChangeFilter {
    resources = Set.copyOf(resources);
  }

  /**
   * @throws RpcError where the filter is malformed or too long
   */
  static ChangeFilter read(JsonNode notifications) {
    if (!notifications.isObject()) {
      throw new RpcError(RpcError.INVALID_PARAMS, "params.notifications must be an object");
    }
    Set<String> uris = new TreeSet<>();
    for (JsonNode uri : notifications.path("resourceSubscriptions")) {
      if (!uri.isString() || uris.size() == MAX_RESOURCES) {
        throw new RpcError(
            RpcError.INVALID_PARAMS,
            "resourceSubscriptions must be an array of at most " + MAX_RESOURCES + " strings");
      }
      uris.add(uri.stringValue());
    }
    return new ChangeFilter(
        notifications.path("toolsListChanged").asBoolean(false),
        notifications.path("promptsListChanged").asBoolean(false),
        notifications.path("resourcesListChanged").asBoolean(false),
        uris);
  }

  public ObjectNode write() {
    ObjectNode filter = JsonRpc.object();
    if (tools) {
      filter.put("toolsListChanged", true);
    }
    if (prompts) {
      filter.put("promptsListChanged", true);
    }
    if (resourceLists) {
      filter.put("resourcesListChanged", true);
    }
    if (!resources.isEmpty()) {
      ArrayNode uris = filter.putArray("resourceSubscriptions");
      resources.stream().sorted().forEach(uris::add);
    }
    return filter;
  }

  ChangeFilter union(ChangeFilter other) {
    Set<String> all = new TreeSet<>(resources);
    all.addAll(other.resources);
    return new ChangeFilter(
        tools || other.tools, prompts || other.prompts, resourceLists || other.resourceLists, all);
  }

  public boolean isEmpty() {
    return !tools && !prompts && !resourceLists && resources.isEmpty();
  }

  /** Whether a notification is one of those wanted. A sub-resource's update counts, too. */
  public boolean wants(String method, ObjectNode params) {
    return switch (method) {
      case "notifications/tools/list_changed" -> tools;
      case "notifications/prompts/list_changed" -> prompts;
      case "notifications/resources/list_changed" -> resourceLists;
      case "notifications/resources/updated" -> {
        String uri = JsonRpc.textAt(params, "uri");
        yield uri != null && resources.stream().anyMatch(uri::startsWith);
      }
      default -> false;
    };
  }
}

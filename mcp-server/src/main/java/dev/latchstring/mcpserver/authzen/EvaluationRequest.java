package dev.latchstring.mcpserver.authzen;

import dev.latchstring.mcpserver.tools.Actor;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Question;
import dev.latchstring.oauth.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * AuthZEN 1.0 §6.1. A question as a policy engine is asked it, in the terms of the default mappings
 * of the AuthZEN binding for MCP: the subject is the person, the action the MCP method, the
 * resource the tool, and the calling agent is in the context.
 *
 * @param server this MCP server's identifier (RFC 8707)
 * @param subjectType {@code subject.type}
 * @param subjectProperties what an engine wants to know besides
 * @param argumentsAtResource whether arguments are told in the resource's properties, and not in
 *     the context
 */
record EvaluationRequest(
    String server,
    String subjectType,
    Function<Caller, Map<String, Object>> subjectProperties,
    boolean argumentsAtResource) {

  /** The question whole, for {@code /access/v1/evaluation}. */
  Map<String, Object> of(Question question) {
    Map<String, Object> request = new LinkedHashMap<>(shared(question));
    request.put("resource", resource(question));
    return request;
  }

  /** What questions about several tools have in common. */
  Map<String, Object> shared(Question question) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("subject", subject(question.caller()));
    request.put("action", Map.of("name", question.method()));
    request.put("context", context(question));
    return request;
  }

  private Map<String, Object> subject(Caller caller) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("issuer", caller.issuer());
    properties.put("client_id", caller.clientId());
    properties.put("scopes", List.copyOf(caller.scope().values()));
    properties.put("teams", List.copyOf(caller.teams()));
    put(properties, "acr", caller.acr());
    put(
        properties,
        "auth_time",
        caller.authenticationTime() == null ? null : caller.authenticationTime().getEpochSecond());
    if (!caller.actors().isEmpty()) {
      properties.put("actors", caller.actors().stream().map(EvaluationRequest::actor).toList());
    }
    properties.putAll(subjectProperties.apply(caller));
    Map<String, Object> subject = new LinkedHashMap<>();
    subject.put("type", subjectType);
    subject.put("id", caller.subject());
    subject.put("properties", properties);
    return subject;
  }

  private static Map<String, Object> actor(Actor actor) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("sub", actor.subject());
    put(members, "iss", actor.issuer());
    put(members, "client_id", actor.clientId());
    return members;
  }

  private Map<String, Object> context(Question question) {
    Map<String, Object> context = new LinkedHashMap<>();
    context.put("agent", question.caller().clientId());
    if (!argumentsAtResource && !question.arguments().isEmpty()) {
      context.put("arguments", new TreeMap<>(question.arguments()));
    }
    return context;
  }

  Map<String, Object> resource(Question question) {
    Map<String, Object> resource = new LinkedHashMap<>();
    String target = question.target();
    resource.put("type", target == null ? "mcp_server" : type(question.method()));
    resource.put("id", target == null ? server : target);
    if (target != null) {
      Map<String, Object> properties = new LinkedHashMap<>();
      properties.put("server", server);
      if (argumentsAtResource && !question.arguments().isEmpty()) {
        properties.put("arguments", new TreeMap<>(question.arguments()));
      }
      resource.put("properties", properties);
    }
    return resource;
  }

  private static String type(String method) {
    if (method.equals(Question.CALL)) {
      return "tool";
    }
    return method.startsWith("prompts/") ? "prompt" : "resource";
  }

  private static void put(Map<String, Object> members, String name, @Nullable Object value) {
    if (value != null) {
      members.put(name, value);
    }
  }

  /** The same text for the same question, whatever the order of the arguments. */
  String key(Question question) {
    return Json.write(of(question));
  }
}

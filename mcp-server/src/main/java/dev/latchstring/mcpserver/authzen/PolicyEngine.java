package dev.latchstring.mcpserver.authzen;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * AuthZEN 1.0 §6, §7, §9 and §10.1. Where a policy engine is asked, and how its answers are read: a
 * decision is a boolean in an answer of status 200, and nothing else is.
 */
final class PolicyEngine {
  static final Decision UNAVAILABLE =
      new Decision.Unavailable("the policy engine cannot be asked now; try again in a few seconds");

  private static final Decision ALLOWED = new Decision.Allowed();
  private static final Decision REFUSED =
      new Decision.Refused("the server's policy does not allow this");
  private static final Duration METADATA_LIFE = Duration.ofMinutes(10);
  private static final int MAX_ACR = 8;
  private static final int MAX_ACR_LENGTH = 200;

  private final URI address;
  private final Http http;
  private final Map<String, Supplier<String>> headers;
  private final Clock clock;
  private volatile @Nullable Endpoints known;

  /**
   * @param evaluations null where the engine takes one question at a time
   */
  private record Endpoints(URI evaluation, @Nullable URI evaluations, Instant until) {}

  PolicyEngine(URI address, Http http, Map<String, Supplier<String>> headers, Clock clock) {
    this.address = address;
    this.http = http;
    this.headers = Map.copyOf(headers);
    this.clock = clock;
  }

  /**
   * @throws ClientException where there is no answer that can be used
   */
  Decision evaluate(Map<String, Object> request, Caller caller) {
    return decision(post(endpoints().evaluation(), request), caller);
  }

  /**
   * Several decisions, in order.
   *
   * @return null where the engine takes one question at a time
   * @throws ClientException where there is no answer that can be used
   */
  @Nullable List<Decision> evaluateAll(Map<String, Object> request, int count, Caller caller) {
    URI endpoint = endpoints().evaluations();
    if (endpoint == null) {
      return null;
    }
    JsonNode answers = post(endpoint, request).path("evaluations");
    if (!answers.isArray() || answers.size() != count) {
      throw unusable(endpoint, "did not answer every question");
    }
    List<Decision> decisions = new ArrayList<>(count);
    for (JsonNode answer : answers) {
      decisions.add(decision(answer, caller));
    }
    return decisions;
  }

  private Decision decision(JsonNode answer, Caller caller) {
    JsonNode decision = answer.path("decision");
    if (!decision.isBoolean()) {
      throw unusable(address, "answered without a decision");
    }
    return decision.booleanValue() ? ALLOWED : refusal(answer.path("context"), caller);
  }

  /**
   * §5.5.2. An engine may say that a stronger login would do. Where the caller has that already, a
   * challenge would be repeated for ever, so it is a refusal.
   */
  private static Decision refusal(JsonNode context, Caller caller) {
    JsonNode acr = context.path("acr_values");
    if (!acr.isString() || acr.stringValue().length() > MAX_ACR * MAX_ACR_LENGTH) {
      return REFUSED;
    }
    List<String> values =
        Arrays.stream(acr.stringValue().split(" ", -1)).filter(value -> !value.isBlank()).toList();
    boolean usable =
        !values.isEmpty()
            && values.size() <= MAX_ACR
            && values.stream().allMatch(PolicyEngine::isVisible)
            && !values.contains(String.valueOf(caller.acr()));
    return usable ? new Decision.InsufficientAuthentication(values, null, Scope.NONE) : REFUSED;
  }

  private static boolean isVisible(String value) {
    return value.chars().allMatch(c -> c > 0x20 && c < 0x7F && c != '"' && c != '\\');
  }

  private JsonNode post(URI endpoint, Map<String, Object> request) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("Accept", "application/json");
    headers.forEach((name, value) -> all.put(name, value.get()));
    Reply reply = http.postJson(endpoint, Json.write(request), all);
    if (reply.status() != 200) {
      throw unusable(endpoint, "answered with HTTP status " + reply.status());
    }
    if (!reply.mediaType().equals("application/json")) {
      throw unusable(endpoint, "answered with what is not JSON");
    }
    JsonNode answer = Json.readTree(reply.body());
    if (!answer.isObject()) {
      throw unusable(endpoint, "answered with what is no object");
    }
    return answer;
  }

  private Endpoints endpoints() {
    Endpoints present = known;
    if (present != null && clock.instant().isBefore(present.until())) {
      return present;
    }
    Endpoints fresh = discover();
    known = fresh;
    return fresh;
  }

  /** §9.2 and §10.1: by the metadata where there is some, else at the default paths. */
  private Endpoints discover() {
    Instant until = clock.instant().plus(METADATA_LIFE);
    URI place =
        URI.create(
            HttpsUri.origin(address)
                + "/.well-known/authzen-configuration"
                + (address.getRawPath() == null ? "" : address.getRawPath()));
    Reply reply = http.get(place);
    if (reply.status() >= 500 || (reply.status() >= 300 && reply.status() < 400)) {
      throw unusable(place, "answered with HTTP status " + reply.status());
    }
    if (reply.status() != 200 || !reply.mediaType().equals("application/json")) {
      return new Endpoints(
          URI.create(address + "/access/v1/evaluation"),
          URI.create(address + "/access/v1/evaluations"),
          until);
    }
    JsonNode metadata = Json.readTree(reply.body());
    // §9.2.3: it must be the engine's own document.
    String identifier = metadata.path("policy_decision_point").asString("");
    if (!identifier.equals(address.toString()) && !identifier.equals(address + "/")) {
      throw unusable(place, "is about another policy decision point");
    }
    URI evaluation = endpoint(metadata, "access_evaluation_endpoint");
    if (evaluation == null) {
      throw unusable(place, "names no access_evaluation_endpoint");
    }
    return new Endpoints(evaluation, endpoint(metadata, "access_evaluations_endpoint"), until);
  }

  private @Nullable URI endpoint(JsonNode metadata, String member) {
    JsonNode value = metadata.path(member);
    if (!value.isString()) {
      return null;
    }
    URI uri;
    try {
      uri = URI.create(value.stringValue());
    } catch (IllegalArgumentException e) {
      throw unusable(address, "has a malformed " + member);
    }
    if (!HttpsUri.isHttpsOrLoopback(uri)
        || (HttpsUri.isLoopback(uri) && !HttpsUri.isLoopback(address))) {
      throw unusable(address, "has a " + member + " that is not https");
    }
    return uri;
  }

  private static ClientException unusable(URI place, String why) {
    return new ClientException(
        Problem.METADATA_INVALID, ServerText.clean(String.valueOf(place), 200) + " " + why, null);
  }
}

package dev.latchstring.authorizationserver.challenge.people;

import dev.latchstring.authorizationserver.operator.OperatorService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A service of the operator's. It is asked three questions, each a JSON object with one member:
 *
 * <ul>
 *   <li>{@code {"identify": {"name": "…", "birthdate": "…"}}}: who may be meant, answered by {@code
 *       {"people": [{"id": "17", …}]}} with what is on file of each
 *   <li>{@code {"find": "17"}}: the same person later, answered alike
 *   <li>{@code {"verify": {"id": "17", "answers": {"ssn_last4": "4219"}}}}: where the service
 *       compares itself, answered by {@code {"id": "17", "knows": {"ssn_last4": true}}}
 * </ul>
 */
final class HttpDirectory implements Directory {
  private final OperatorService service;
  private final boolean compares;

  /**
   * @param compares whether the service compares, and never says what is on file
   */
  HttpDirectory(OperatorService service, boolean compares) {
    this.service = service;
    this.compares = compares;
  }

  @Override
  public boolean identifiesBy(Set<String> attributes) {
    return !attributes.isEmpty();
  }

  @Override
  public Set<String> compares(Set<String> attributes) {
    return compares ? attributes : Set.of();
  }

  @Override
  public List<Candidate> candidates(Map<String, String> answers) {
    return people(service.ask(Map.of("identify", answers)));
  }

  @Override
  public Optional<Candidate> byId(String id) {
    List<Candidate> found = people(service.ask(Map.of("find", id)));
    return found.size() == 1 && found.get(0).id().equals(id)
        ? Optional.of(found.get(0))
        : Optional.empty();
  }

  private static List<Candidate> people(JsonNode answer) {
    JsonNode people = answer.path("people");
    if (!people.isArray()) {
      throw SqlDirectory.unavailable("the service's answer has no people");
    }
    List<Candidate> found = new ArrayList<>();
    for (JsonNode person : people.values()) {
      found.add(candidate(person));
    }
    return found;
  }

  private static Candidate candidate(JsonNode person) {
    if (!person.isObject() || !isScalar(person.path("id"))) {
      throw SqlDirectory.unavailable("the service's answer has a person without an id");
    }
    Map<String, String> values = new HashMap<>();
    List<String> teams = new ArrayList<>();
    person
        .properties()
        .forEach(member -> {
          JsonNode value = member.getValue();
          if (member.getKey().equals(Candidate.TEAMS) && value.isArray()) {
            value.values().forEach(team -> teams.add(team.asString()));
          } else if (isScalar(value) && !value.asString().isBlank()) {
            values.put(member.getKey().toLowerCase(Locale.ROOT), value.asString().strip());
          }
        });
    return new Candidate(person.path("id").asString(), values, teams);
  }

  private static boolean isScalar(JsonNode value) {
    return value.isString() || value.isIntegralNumber();
  }

  @Override
  public String decoyId(byte[] seed) {
    return AnswerHashes.asSubject(seed);
  }

  @Override
  public boolean comparesKnowledge() {
    return compares;
  }

  @Override
  public boolean knows(String id, String attribute, String answer) {
    JsonNode knows =
        service
            .ask(Map.of("verify", Map.of("id", id, "answers", Map.of(attribute, answer))))
            .path("knows");
    if (!knows.isObject()) {
      throw SqlDirectory.unavailable("the service's answer does not say what the person knows");
    }
    JsonNode known = knows.path(attribute);
    return known.isBoolean() && known.asBoolean();
  }

  @Override
  public void close() {
    service.close();
  }
}

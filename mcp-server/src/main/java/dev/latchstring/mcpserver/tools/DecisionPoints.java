package dev.latchstring.mcpserver.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Asks everybody else who has a say, and takes a fault for a no. */
final class DecisionPoints {
  private static final Logger LOG = LoggerFactory.getLogger(DecisionPoints.class);
  private static final Decision FAILED =
      new Decision.Unavailable("this cannot be decided now; try again later");

  private final List<DecisionPoint> points;

  DecisionPoints(List<DecisionPoint> points) {
    this.points = List.copyOf(points);
  }

  boolean lookAtArguments(String tool) {
    return points.stream().anyMatch(point -> !point.arguments(tool).isEmpty());
  }

  /** What is left of a ruling that allows. */
  Ruling narrow(
      Ruling ruling,
      Caller caller,
      String method,
      @Nullable String target,
      @Nullable JsonNode arguments) {
    for (DecisionPoint point : points) {
      Decision decision = ask(point, caller, method, target, arguments);
      if (!decision.isAllowed()) {
        return new Ruling(decision, ruling.rules(), point.name());
      }
    }
    return ruling;
  }

  private static Decision ask(
      DecisionPoint point,
      Caller caller,
      String method,
      @Nullable String target,
      @Nullable JsonNode arguments) {
    try {
      return point.decide(
          new Question(caller, method, target, chosen(point, method, target, arguments)));
    } catch (RuntimeException e) {
      LOG.error("{} failed to decide: {}", point.name(), e.toString());
      return FAILED;
    }
  }

  private static Map<String, JsonNode> chosen(
      DecisionPoint point, String method, @Nullable String tool, @Nullable JsonNode arguments) {
    if (arguments == null || tool == null || !method.equals(Question.CALL)) {
      return Map.of();
    }
    Map<String, JsonNode> chosen = new LinkedHashMap<>();
    for (String name : point.arguments(tool)) {
      JsonNode value = arguments.get(name);
      if (value != null) {
        chosen.put(name, value);
      }
    }
    return chosen;
  }

  /** Replaces decisions that allow a call, where somebody has something against it. */
  void narrow(Caller caller, SequencedMap<String, Decision> tools) {
    for (DecisionPoint point : points) {
      List<String> open = new ArrayList<>();
      tools.forEach((tool, decision) -> {
        if (decision.isAllowed()) {
          open.add(tool);
        }
      });
      List<Decision> decisions = askAll(point, caller, open);
      for (int i = 0; i < open.size(); i++) {
        tools.put(open.get(i), decisions.get(i));
      }
    }
  }

  private static List<Decision> askAll(DecisionPoint point, Caller caller, List<String> tools) {
    if (tools.isEmpty()) {
      return List.of();
    }
    try {
      List<Decision> decisions =
          point.decideAll(
              tools.stream()
                  .map(tool -> new Question(caller, Question.CALL, tool, Map.of()))
                  .toList());
      if (decisions.size() == tools.size()) {
        return decisions;
      }
      LOG.error("{} answered {} of {} questions", point.name(), decisions.size(), tools.size());
    } catch (RuntimeException e) {
      LOG.error("{} failed to decide: {}", point.name(), e.toString());
    }
    return tools.stream().map(tool -> FAILED).toList();
  }
}

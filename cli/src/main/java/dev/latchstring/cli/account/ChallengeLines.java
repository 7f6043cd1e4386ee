package dev.latchstring.cli.account;

import dev.latchstring.cli.Environment;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.ChallengePrompt;
import dev.latchstring.client.challenge.Field;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The steps for a program: each is a line of JSON on standard output, and its answer a line of JSON
 * on standard input, {@code {"answer":{…}}}, {@code {"switch":"ID"}}, {@code {"resend":true}} or
 * {@code {"abandon":true}}. The end of the input gives up.
 */
record ChallengeLines(Output output, Environment environment) implements ChallengePrompt {
  @Override
  public Answer answer(Step step) {
    output.json(
        new StepLine(
            "step",
            step.id(),
            step.kindName(),
            step.prompt(),
            step.lang(),
            step.reason() == null ? null : step.reason().name().toLowerCase(Locale.ROOT),
            step.fields().stream().map(FieldLine::of).toList(),
            step.attemptsLeft(),
            step.expiresIn() == null ? null : Long.valueOf(step.expiresIn().toSeconds()),
            step.alternatives().stream()
                .map(a -> Map.of("id", a.id(), "kind", a.kindName()))
                .toList(),
            step.publicKey() == null ? null : Json.readTree(step.publicKey()),
            step.destination(),
            step.number(),
            step.interval() == null ? null : Long.valueOf(step.interval().toSeconds())));
    if (step.kind() == StepKind.APPROVAL && step.alternatives().isEmpty()) {
      return Answer.goOn();
    }
    String line;
    try {
      line = environment.readLine();
    } catch (IOException e) {
      line = null;
    }
    return line == null ? Answer.abandon() : parse(line);
  }

  private static Answer parse(String line) {
    JsonNode json;
    try {
      json = Json.readTree(line);
    } catch (JsonException e) {
      throw unreadable();
    }
    if (json.path("abandon").booleanValue(false)) {
      return Answer.abandon();
    }
    if (json.path("resend").booleanValue(false)) {
      return Answer.resend();
    }
    if (json.path("switch").isString()) {
      return Answer.switchTo(json.path("switch").stringValue());
    }
    if (!json.path("answer").isObject()) {
      throw unreadable();
    }
    Map<String, String> values = new LinkedHashMap<>();
    json.path("answer")
        .properties()
        .forEach(member ->
            values.put(
                member.getKey(),
                member.getValue().isString()
                    ? member.getValue().stringValue()
                    : member.getValue().toString()));
    return Answer.values(values);
  }

  /** Without the line, which may hold an answer. */
  private static ClientException unreadable() {
    return new ClientException(
        Problem.NOT_SHOWN,
        "a line of standard input is no answer to a step",
        "write one JSON object on a line: {\"answer\":{...}}, {\"switch\":\"ID\"},"
            + " {\"resend\":true} or {\"abandon\":true}");
  }

  private record FieldLine(
      String name,
      String title,
      String type,
      boolean required,
      boolean sensitive,
      @Nullable String dtmf,
      int max_length,
      @Nullable List<String> choices) {
    static FieldLine of(Field field) {
      return new FieldLine(
          field.name(),
          field.title(),
          field.type().name().toLowerCase(Locale.ROOT),
          field.required(),
          field.sensitive(),
          field.dtmf(),
          field.maxLength(),
          field.choices().isEmpty() ? null : field.choices());
    }
  }

  private record StepLine(
      String event,
      String id,
      String kind,
      String prompt,
      String lang,
      @Nullable String reason,
      List<FieldLine> fields,
      @Nullable Integer attempts_left,
      @Nullable Long expires_in,
      List<Map<String, String>> alternatives,
      @Nullable JsonNode publicKey,
      @Nullable String destination,
      @Nullable String number,
      @Nullable Long interval) {
    /** Without what is for the person alone. */
    @Override
    public String toString() {
      return "StepLine[" + id + "]";
    }
  }
}

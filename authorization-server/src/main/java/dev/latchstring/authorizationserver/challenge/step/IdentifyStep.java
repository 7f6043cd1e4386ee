package dev.latchstring.authorizationserver.challenge.step;

import dev.latchstring.authorizationserver.challenge.Asking;
import dev.latchstring.authorizationserver.challenge.Question;
import dev.latchstring.authorizationserver.challenge.Reason;
import dev.latchstring.authorizationserver.challenge.Step;
import dev.latchstring.authorizationserver.challenge.Verdict;
import dev.latchstring.authorizationserver.challenge.people.PeopleSource;
import dev.latchstring.authorizationserver.challenge.prompt.Prompt;
import dev.latchstring.authorizationserver.challenge.prompt.Prompts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code identify}: who the person is, or says to be. It never fails. */
final class IdentifyStep implements Step {
  private final List<Attribute> attributes;
  private final PeopleSource people;

  IdentifyStep(List<Attribute> attributes, PeopleSource people) {
    this.attributes = List.copyOf(attributes);
    this.people = people;
  }

  @Override
  public String kind() {
    return StepKind.IDENTIFY.wireName();
  }

  @Override
  public boolean identifies() {
    return true;
  }

  @Override
  public boolean isGuessable() {
    return false;
  }

  @Override
  public Question question(Asking asking) {
    Prompts prompts = Prompts.of(asking.locales());
    Prompt prompt =
        asking.reason() == Reason.NOT_UNDERSTOOD
            ? prompts.notUnderstood(Attribute.asked(attributes))
            : prompts.identify(Attribute.asked(attributes));
    return new Question(prompt, Attribute.fields(attributes, prompts));
  }

  @Override
  public @Nullable Verdict refuse(Asking asking, JsonNode answer) {
    Prompts prompts = Prompts.of(asking.locales());
    Verdict misfit = Answers.misfit(answer, Attribute.fields(attributes, prompts));
    if (misfit != null) {
      return misfit;
    }
    boolean read =
        attributes.stream().allMatch(one -> one.read(asking, prompts, answer).isPresent());
    return read ? null : new Verdict.NotUnderstood();
  }

  @Override
  public Verdict check(Asking asking, JsonNode answer) {
    Prompts prompts = Prompts.of(asking.locales());
    Map<String, String> answers = new LinkedHashMap<>();
    for (Attribute attribute : attributes) {
      Optional<String> read = attribute.read(asking, prompts, answer);
      if (read.isEmpty()) {
        return new Verdict.NotUnderstood();
      }
      answers.put(attribute.name(), read.get());
    }
    return new Verdict.Identified(people.identify(answers));
  }
}

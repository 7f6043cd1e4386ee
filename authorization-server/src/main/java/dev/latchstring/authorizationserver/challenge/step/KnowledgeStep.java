package dev.latchstring.authorizationserver.challenge.step;

import dev.latchstring.authorizationserver.challenge.Asking;
import dev.latchstring.authorizationserver.challenge.Question;
import dev.latchstring.authorizationserver.challenge.Step;
import dev.latchstring.authorizationserver.challenge.Verdict;
import dev.latchstring.authorizationserver.challenge.prompt.Prompt;
import dev.latchstring.authorizationserver.challenge.prompt.Prompts;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code knowledge}: what the person knows that is on file (RFC 8176 §2, {@code kba}). */
final class KnowledgeStep implements Step {
  private static final List<String> AMR = List.of("kba");

  /** What nobody has on file: it is compared where an answer could not be read. */
  private static final String NOTHING = "\u0000";

  private final List<Attribute> attributes;
  private final int matches;

  /**
   * @param matches how many have to be right
   */
  KnowledgeStep(List<Attribute> attributes, int matches) {
    this.attributes = List.copyOf(attributes);
    this.matches = matches;
  }

  @Override
  public String kind() {
    return StepKind.KNOWLEDGE.wireName();
  }

  @Override
  public Question question(Asking asking) {
    Prompts prompts = Prompts.of(asking.locales());
    Prompt question = prompts.knowledge(Attribute.asked(attributes));
    Prompt prompt =
        switch (asking.reason()) {
          case NOT_UNDERSTOOD -> prompts.notUnderstood(Attribute.asked(attributes));
          case NO_MATCH -> prompts.didNotMatch(asking.attemptsLeft(), question);
          case null, default -> question;
        };
    return new Question(prompt, Attribute.fields(attributes, prompts));
  }

  @Override
  public @Nullable Verdict refuse(Asking asking, JsonNode answer) {
    Prompts prompts = Prompts.of(asking.locales());
    Verdict misfit = Answers.misfit(answer, Attribute.fields(attributes, prompts));
    if (misfit != null) {
      return misfit;
    }
    long read =
        attributes.stream().filter(one -> one.read(asking, prompts, answer).isPresent()).count();
    return read >= matches ? null : new Verdict.NotUnderstood();
  }

  @Override
  public Verdict check(Asking asking, JsonNode answer) {
    Prompts prompts = Prompts.of(asking.locales());
    int right = 0;
    for (Attribute attribute : attributes) {
      Optional<String> read = attribute.read(asking, prompts, answer);
      boolean known = asking.somebody().knows(attribute.name(), read.orElse(NOTHING));
      right += known && read.isPresent() ? 1 : 0;
    }
    return right >= matches ? new Verdict.Proven(AMR) : new Verdict.Wrong();
  }
}

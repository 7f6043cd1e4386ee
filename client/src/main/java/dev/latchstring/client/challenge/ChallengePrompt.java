package dev.latchstring.client.challenge;

/** Asks the person what a step says, wherever they are. */
@FunctionalInterface
public interface ChallengePrompt {
  /**
   * Asks and waits for the answer.
   *
   * <p>For a {@link StepKind#APPROVAL} it shows the number and returns {@link Answer#goOn} at once:
   * the login then asks the server at the step's interval until the person has decided, and comes
   * back here only with another step.
   *
   * @throws RuntimeException where it cannot be asked: the login ends with {@link
   *     dev.latchstring.client.Problem#NOT_SHOWN}
   */
  Answer answer(Step step);
}

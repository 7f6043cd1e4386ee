package dev.latchstring.authorizationserver.challenge.step;

import dev.latchstring.authorizationserver.approval.ApprovalRequest;
import dev.latchstring.authorizationserver.approval.ApprovalState;
import dev.latchstring.authorizationserver.approval.ApprovalStore;
import dev.latchstring.authorizationserver.approval.Asked;
import dev.latchstring.authorizationserver.challenge.Asking;
import dev.latchstring.authorizationserver.challenge.Question;
import dev.latchstring.authorizationserver.challenge.Reason;
import dev.latchstring.authorizationserver.challenge.Step;
import dev.latchstring.authorizationserver.challenge.Verdict;
import dev.latchstring.authorizationserver.challenge.prompt.Prompt;
import dev.latchstring.authorizationserver.challenge.prompt.Prompts;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code approval}: the person enters a number where they are signed in (RFC 8176 §2, {@code mca}).
 * What nobody answers in time counts as an attempt, and is asked with another number.
 */
final class ApprovalStep implements Step {
  private static final List<String> AMR = List.of("mca");

  /** In seconds, between two requests of the client. */
  private static final int INTERVAL = 5;

  private final ApprovalStore approvals;
  private final String where;

  /**
   * @param where what a person opens to approve
   */
  ApprovalStep(ApprovalStore approvals, String where) {
    this.approvals = approvals;
    this.where = where;
  }

  @Override
  public String kind() {
    return StepKind.APPROVAL.wireName();
  }

  @Override
  public boolean isGuessable() {
    return false;
  }

  @Override
  public boolean beginsAnew() {
    return true;
  }

  @Override
  public Begun begin(Asking asking) {
    Asked asked =
        approvals.ask(
            asking.somebody().subject().orElse(null),
            new ApprovalRequest(
                asking.clientId(),
                asking.keyThumbprint(),
                asking.resource(),
                Scope.parse(asking.scope()),
                asking.requestedFrom()));
    return Begun.keeping(
        Json.mapper().createObjectNode().put("id", asked.id()).put("number", asked.number()));
  }

  @Override
  public Question question(Asking asking) {
    Prompts prompts = Prompts.of(asking.locales());
    String number = asking.remembered().path("number").asString("");
    Prompt question = prompts.approval(number, where);
    Prompt prompt =
        asking.reason() == Reason.PENDING ? prompts.stillWaiting().followedBy(question) : question;
    return new Question(prompt, List.of(), Map.of("number", number, "interval", INTERVAL));
  }

  @Override
  public @Nullable Verdict refuse(Asking asking, JsonNode answer) {
    return Answers.misfit(answer, List.of());
  }

  @Override
  public Verdict check(Asking asking, JsonNode answer) {
    String id = asking.remembered().path("id").asString("");
    return switch (approvals.state(id)) {
      case ApprovalState.Pending pending -> new Verdict.Pending();
      case ApprovalState.Denied denied -> new Verdict.Denied();
      case ApprovalState.Expired expired -> new Verdict.Wrong();
      case ApprovalState.Approved approved ->
          approvals.consume(id) ? new Verdict.Proven(AMR) : new Verdict.Denied();
    };
  }
}

package dev.latchstring.authorizationserver.challenge.step;

import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.account.PasswordAuthentication;
import dev.latchstring.authorizationserver.approval.ApprovalStore;
import dev.latchstring.authorizationserver.challenge.Step;
import dev.latchstring.authorizationserver.challenge.people.PeopleSource;
import dev.latchstring.authorizationserver.challenge.prompt.AskedFor;
import dev.latchstring.authorizationserver.config.AttributeSettings;
import dev.latchstring.authorizationserver.config.ChallengeSettings;
import dev.latchstring.authorizationserver.credential.Passkeys;
import dev.latchstring.authorizationserver.credential.TotpCodes;
import dev.latchstring.authorizationserver.delivery.CodeDelivery;
import dev.latchstring.authorizationserver.speech.AnswerForm;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Makes the steps that the configuration names.
 *
 * @param attributes what can be asked for, by name
 * @param clientNames what a client is called, by its identifier
 * @param approvalsPage what a person opens to approve
 */
public record StepWorkshop(
    Map<String, AttributeSettings> attributes,
    PeopleSource people,
    PasswordAuthentication passwords,
    CodeDelivery delivery,
    AttemptStore attempts,
    TotpCodes totp,
    Passkeys passkeys,
    ApprovalStore approvals,
    UnaryOperator<String> clientNames,
    String approvalsPage,
    SecureRandom random) {

  /** Every step by its identifier. */
  public Map<String, Step> make(ChallengeSettings settings) {
    Map<String, Step> steps = new LinkedHashMap<>();
    settings.steps().forEach((id, step) -> steps.put(id, make(step)));
    return steps;
  }

  private Step make(ChallengeSettings.Step step) {
    StepKind kind = StepKind.named(step.kind());
    return switch (kind) {
      case IDENTIFY -> new IdentifyStep(attributes(step.ask()), people);
      case KNOWLEDGE -> new KnowledgeStep(attributes(step.ask()), step.matches());
      case PASSWORD, PIN -> new SecretStep(kind, passwords);
      case OTP ->
          new OtpStep(
              Objects.requireNonNull(step.channel()), delivery, attempts, clientNames, random);
      case TOTP -> new TotpStep(totp);
      case PASSKEY -> new PasskeyStep(passkeys, random);
      case APPROVAL -> new ApprovalStep(approvals, approvalsPage);
    };
  }

  private List<Attribute> attributes(List<String> names) {
    return names.stream().map(this::attribute).toList();
  }

  private Attribute attribute(String name) {
    AttributeSettings settings = Objects.requireNonNull(attributes.get(name), name);
    AnswerForm form = AnswerForm.named(settings.form()).orElseThrow();
    // A name that is typed to sign in authenticates nobody, here as in a browser.
    return new Attribute(new AskedFor(name, form, settings.labels()), !name.equals("username"));
  }
}

package dev.latchstring.client.challenge;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The challenge profile, "A step": what to ask the person now. It holds nothing that was answered.
 *
 * <p>Every text but {@link #ssml} and {@link #publicKey} is fit to be shown on a terminal: one
 * line, cut, without control characters. It is plain text; whoever puts it into markup escapes it.
 *
 * @param id what the answer is for
 * @param kindName the kind as the server spells it, for messages
 * @param prompt what to say or show, in {@link #lang}; at most 1000 characters
 * @param ssml the same as W3C SSML 1.1, as it came, at most 8192 characters; null where there is
 *     none
 * @param lang RFC 5646 tag of the prompt's language; {@code en} where the server does not say
 * @param fields the answer's form, in the server's order; empty for an approval
 * @param attemptsLeft wrong answers that are left in this session; null where not told
 * @param expiresIn until this session ends if nothing is answered; null where not told
 * @param reason why the step comes again; null at its first time
 * @param alternatives steps that may be answered instead
 * @param publicKey of a {@link StepKind#PASSKEY}: WebAuthn's {@code
 *     PublicKeyCredentialRequestOptionsJSON}, as JSON text
 * @param destination of a {@link StepKind#OTP}: where the code went, masked
 * @param number of an {@link StepKind#APPROVAL}: what the person has to enter where they approve
 * @param interval of an {@link StepKind#APPROVAL}: between two questions whether they have
 */
public record Step(
    String id,
    StepKind kind,
    String kindName,
    String prompt,
    @Nullable String ssml,
    String lang,
    List<Field> fields,
    @Nullable Integer attemptsLeft,
    @Nullable Duration expiresIn,
    @Nullable Reason reason,
    List<Alternative> alternatives,
    @Nullable String publicKey,
    @Nullable String destination,
    @Nullable String number,
    @Nullable Duration interval) {

  /** Why a step comes again. */
  public enum Reason {
    /** Wrong; an attempt was used. */
    NO_MATCH,
    /** No date, no number, too long, or missing; no attempt was used. */
    NOT_UNDERSTOOD,
    /** A new code is on its way. */
    SENT,
    /** The person has not approved yet. */
    PENDING,
    /** One that this program does not know. */
    OTHER
  }

  /** A step that may be answered instead; see {@link Answer.SwitchTo}. */
  public record Alternative(String id, StepKind kind, String kindName) {}

  public Step {
    fields = List.copyOf(fields);
    alternatives = List.copyOf(alternatives);
  }

  public Optional<Field> field(String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /** The same step, which comes again for a reason. */
  Step because(Reason why) {
    return new Step(
        id,
        kind,
        kindName,
        prompt,
        ssml,
        lang,
        fields,
        attemptsLeft,
        expiresIn,
        why,
        alternatives,
        publicKey,
        destination,
        number,
        interval);
  }

  /** Without the texts: a number to match and a destination are for the person alone. */
  @Override
  public String toString() {
    return "Step[id=" + id + ", kind=" + kindName + ", reason=" + reason + "]";
  }
}

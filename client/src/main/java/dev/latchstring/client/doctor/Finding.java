package dev.latchstring.client.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of the walk. No member holds a secret; what servers sent is cut and without control
 * characters.
 *
 * @param step its name, such as {@code issuer}
 * @param what what was found, a sentence's half without full stop
 * @param rule the one that was broken, or that a warning is about; null where none is
 * @param sent what the server sent that breaks it, quoted; null where that says nothing
 * @param pins what would help, each {@code NAME=VALUE}; a value in capitals is to be filled in
 * @param advice what to do besides pinning; null where nothing is
 * @param operator what to tell whoever runs the server; null where it is not theirs
 */
public record Finding(
    String step,
    Outcome outcome,
    String what,
    @Nullable Rule rule,
    @Nullable String sent,
    List<String> pins,
    @Nullable String advice,
    @Nullable String operator) {

  public Finding {
    pins = List.copyOf(pins);
  }

  static Finding ok(String step, String what) {
    return of(step, Outcome.OK, what);
  }

  static Finding skipped(String step, String what) {
    return of(step, Outcome.SKIPPED, what);
  }

  static Finding warning(String step, String what) {
    return of(step, Outcome.WARNING, what);
  }

  static Finding failed(String step, String what) {
    return of(step, Outcome.FAILED, what);
  }

  private static Finding of(String step, Outcome outcome, String what) {
    return new Finding(step, outcome, what, null, null, List.of(), null, null);
  }

  Finding by(Rule broken) {
    return new Finding(step, outcome, what, broken, sent, pins, advice, operator);
  }

  Finding sent(@Nullable String text) {
    return new Finding(step, outcome, what, rule, text, pins, advice, operator);
  }

  Finding pin(String... helping) {
    return new Finding(step, outcome, what, rule, sent, List.of(helping), advice, operator);
  }

  Finding advise(@Nullable String text) {
    return new Finding(step, outcome, what, rule, sent, pins, text, operator);
  }

  Finding tell(String text) {
    return new Finding(step, outcome, what, rule, sent, pins, advice, text);
  }

  /** Whether every pin can be used as it stands. */
  boolean canBePinned() {
    return !pins.isEmpty() && pins.stream().noneMatch(Finding::isToBeFilledIn);
  }

  /** A value in capitals stands for what only the person knows. */
  static boolean isToBeFilledIn(String pin) {
    return pin.substring(pin.indexOf('=') + 1)
        .chars()
        .allMatch(c -> c == '_' || (c >= 'A' && c <= 'Z'));
  }
}

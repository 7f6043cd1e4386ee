package dev.latchstring.authorizationserver.trace;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One check of a request: when it was, what it turned on, and how it ended. */
final class Check {
  private static final int MAX_NOTES = 6;
  private static final int MAX_NOTE = 200;

  private final String name;
  private final long beganNanos;
  private long endedNanos;
  private Outcome outcome = Outcome.PASSED;
  private @Nullable String error;
  private @Nullable String rule;
  private final Map<String, String> notes = new LinkedHashMap<>();

  /** How a check ends. */
  enum Outcome {
    PASSED,
    REFUSED,
    /** The server failed over it. */
    FAILED
  }

  Check(String name, long nanos) {
    this.name = name;
    this.beganNanos = nanos;
    this.endedNanos = nanos;
  }

  void note(String key, String value) {
    if (notes.size() < MAX_NOTES) {
      notes.put(key, shortened(value));
    }
  }

  void end(long nanos) {
    endedNanos = nanos;
  }

  /**
   * @param why the rule that is broken; null where it is nobody's business
   */
  void end(long nanos, Outcome how, @Nullable String code, @Nullable String why) {
    endedNanos = nanos;
    outcome = how;
    error = code;
    rule = why == null ? null : shortened(why);
  }

  private static String shortened(String text) {
    return text.length() <= MAX_NOTE ? text : text.substring(0, MAX_NOTE) + "...";
  }

  String name() {
    return name;
  }

  long beganNanos() {
    return beganNanos;
  }

  long endedNanos() {
    return endedNanos;
  }

  Outcome outcome() {
    return outcome;
  }

  /** OAuth's error code, where it was refused. */
  @Nullable String error() {
    return error;
  }

  @Nullable String rule() {
    return rule;
  }

  Map<String, String> notes() {
    return notes;
  }
}

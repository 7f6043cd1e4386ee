package dev.latchstring.oauth.explanation;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One check of a request: when it was, what it turned on, and how it ended. Used by one thread.
 *
 * <p>At most six notes are kept, and of each the first 200 characters: part of them is a stranger's
 * text. Nothing secret is noted, and nothing of another party's policy.
 */
public final class Check {
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
  public enum Outcome {
    /** Nothing is against the request here. */
    PASSED,
    /** A rule is against it. */
    REFUSED,
    /** The server failed over it. */
    FAILED
  }

  /**
   * @param name a constant in snake_case
   * @param nanos when it begins, by {@link System#nanoTime}
   */
  public Check(String name, long nanos) {
    this.name = name;
    this.beganNanos = nanos;
    this.endedNanos = nanos;
  }

  /** A fact that the check turns on. */
  public void note(String key, String value) {
    if (notes.size() < MAX_NOTES) {
      notes.put(key, shortened(value));
    }
  }

  /** It is passed, unless a later word says otherwise. */
  public void end(long nanos) {
    endedNanos = nanos;
  }

  /**
   * How it ended.
   *
   * @param code the error's code; null where there is none
   * @param why the rule that is broken; null where it is nobody's business
   */
  public void end(long nanos, Outcome how, @Nullable String code, @Nullable String why) {
    endedNanos = nanos;
    outcome = how;
    error = code;
    rule = why == null ? null : shortened(why);
  }

  private static String shortened(String text) {
    return text.length() <= MAX_NOTE ? text : text.substring(0, MAX_NOTE) + "...";
  }

  public String name() {
    return name;
  }

  public long beganNanos() {
    return beganNanos;
  }

  public long endedNanos() {
    return endedNanos;
  }

  public Outcome outcome() {
    return outcome;
  }

  /** The error's code, where it was refused. */
  public @Nullable String error() {
    return error;
  }

  /** The rule that is broken, in words. */
  public @Nullable String rule() {
    return rule;
  }

  public Map<String, String> notes() {
    return notes;
  }
}

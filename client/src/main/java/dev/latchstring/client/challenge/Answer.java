package dev.latchstring.client.challenge;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the person, or the program in their name, answers to a {@link Step}. */
public sealed interface Answer {
  /**
   * The answer itself: as it was heard, typed or keyed in. The server understands spoken digits and
   * dates; nothing has to be normalised here.
   *
   * @param values by the {@linkplain Field#name name} of the property; a number or a boolean in its
   *     JSON spelling. Secrets
   */
  record Values(Map<String, String> values) implements Answer {
    public Values {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Without the values. */
    @Override
    public String toString() {
      return "Values[" + values.keySet() + "]";
    }
  }

  /** Another step instead: the {@code id} of one of {@link Step#alternatives}. */
  record SwitchTo(String stepId) implements Answer {}

  /** The same step again; for a {@link StepKind#OTP} a new code is sent. */
  record Resend() implements Answer {}

  /** The person gives up. */
  record Abandon() implements Answer {}

  /** Values by property. */
  static Answer values(Map<String, String> values) {
    return new Values(values);
  }

  /** The value of the only property. */
  static Answer value(String name, String value) {
    return new Values(Map.of(name, value));
  }

  /** Nothing but "go on": to an approval, that it is to be asked whether the person has. */
  static Answer goOn() {
    return new Values(Map.of());
  }

  /** Another step instead. */
  static Answer switchTo(String stepId) {
    return new SwitchTo(stepId);
  }

  static Answer resend() {
    return new Resend();
  }

  static Answer abandon() {
    return new Abandon();
  }
}

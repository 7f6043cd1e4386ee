package dev.latchstring.authorizationserver.challenge.prompt;

import dev.latchstring.authorizationserver.speech.AnswerForm;
import java.util.Map;

/**
 * Something that a caller is asked for.
 *
 * @param attribute its name in the configuration, such as {@code birthdate}
 * @param form how the answer is read
 * @param labels the operator's own words for it, each as it stands after "Please say" ("your
 *     customer number"), by language ({@code en})
 */
public record AskedFor(String attribute, AnswerForm form, Map<String, String> labels) {
  public AskedFor {
    labels = Map.copyOf(labels);
  }

  /** Without words of the operator's own. */
  public static AskedFor of(String attribute, AnswerForm form) {
    return new AskedFor(attribute, form, Map.of());
  }
}

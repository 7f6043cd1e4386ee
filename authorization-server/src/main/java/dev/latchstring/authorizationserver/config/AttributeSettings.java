package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.speech.AnswerForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What people are asked that is on file: {@code challenge.attributes} of the configuration.
 *
 * @param name as in {@code accounts[].attributes}, or a column
 * @param form how answers are read: {@code name}, {@code date}, {@code digits:4}, {@code
 *     digits:6-10}, {@code code}, {@code text}
 * @param labels what a person is asked for, by language; empty for the usual words
 */
public record AttributeSettings(String name, String form, Map<String, String> labels) {
  /** Those that need not be declared. */
  public static final Map<String, AttributeSettings> BUILT_IN = builtIn();

  public AttributeSettings {
    labels = Map.copyOf(labels);
  }

  /** One of which nothing is known. */
  public static AttributeSettings text(String name) {
    return new AttributeSettings(name, "text", Map.of());
  }

  private static Map<String, AttributeSettings> builtIn() {
    Map<String, AttributeSettings> attributes = new LinkedHashMap<>();
    for (List<String> attribute :
        List.of(
            List.of("name", "name"),
            List.of("birthdate", "date"),
            List.of("ssn_last4", "digits:4"),
            List.of("member_number", "code"),
            List.of("postcode", "code"),
            List.of("phone_last4", "digits:4"),
            List.of("username", "text"))) {
      attributes.put(
          attribute.get(0), new AttributeSettings(attribute.get(0), attribute.get(1), Map.of()));
    }
    return Map.copyOf(attributes);
  }

  /** Whether {@code form} is one that can be read. */
  static boolean isForm(String form) {
    return AnswerForm.named(form).isPresent();
  }

  /** How many digits every answer has; 0 where that is not fixed. */
  public int digits() {
    return form.matches("digits:\\d+") ? Integer.parseInt(form.substring(7)) : 0;
  }

  /** The normal form of what is on file; nothing where it is of another form. */
  public Optional<String> onFile(String value) {
    return AnswerForm.named(form).flatMap(read -> read.onFile(value));
  }
}

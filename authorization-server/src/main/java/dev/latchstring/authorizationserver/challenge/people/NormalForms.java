package dev.latchstring.authorizationserver.challenge.people;

import dev.latchstring.authorizationserver.config.AttributeSettings;
import java.util.Map;
import java.util.Optional;

/** In which form the values of each attribute are compared, stored and looked up. */
public final class NormalForms {
  private final Map<String, AttributeSettings> attributes;

  public NormalForms(Map<String, AttributeSettings> attributes) {
    this.attributes = Map.copyOf(attributes);
  }

  /**
   * The normal form of what is on file.
   *
   * @return nothing where it is of another form
   */
  Optional<String> onFile(String attribute, String value) {
    return of(attribute).onFile(value);
  }

  /** What is known of an attribute; one that nobody declared is a text. */
  AttributeSettings of(String attribute) {
    AttributeSettings known = attributes.get(attribute);
    return known == null ? AttributeSettings.text(attribute) : known;
  }

  /** Whether it is one of those that are declared or built in. */
  boolean isKnown(String attribute) {
    return attributes.containsKey(attribute);
  }
}

package dev.latchstring.authorizationserver.delivery;

import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.DeliverySettings;
import dev.latchstring.authorizationserver.config.Overrides;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A delivery in a hurry, from a configuration as operators write it. */
final class Deliveries {
  static final String CODE = "481516";

  static final Pace HURRIED =
      new Pace(
          Duration.ofMillis(1),
          List.of(Duration.ofMillis(5), Duration.ofMillis(10)),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          64,
          8);

  private Deliveries() {}

  static DeliverySettings settings(String yaml, Map<String, String> environment) {
    return ConfigurationReader.parse("data: /tmp/none\n" + yaml, Overrides.of(environment))
        .delivery();
  }

  static CodeDelivery of(String yaml) {
    return of(yaml, Map.of(), HURRIED);
  }

  static CodeDelivery of(String yaml, Map<String, String> environment, Pace pace) {
    return new CodeDelivery(settings(yaml, environment), null, Clock.systemUTC(), pace);
  }

  static Message mail(String to, String reference) {
    return message(Channel.EMAIL, to, reference);
  }

  static Message message(Channel channel, String to, String reference) {
    return new Message(
        channel, to, CODE, Locale.ENGLISH, Duration.ofMinutes(5), "Front desk", reference);
  }
}

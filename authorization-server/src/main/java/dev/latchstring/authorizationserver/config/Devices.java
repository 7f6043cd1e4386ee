package dev.latchstring.authorizationserver.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The rules for {@code device_authorization}. */
final class Devices {
  private Devices() {}

  /**
   * @param lifetime how long a code can be used: a device that waits as long would never learn of
   *     an approval
   */
  static DeviceSettings read(
      ConfigurationFile.@Nullable DeviceAuthorization given, Duration lifetime) {
    Duration interval =
        Durations.parse(
            "device_authorization.interval",
            given == null ? null : given.interval(),
            DeviceSettings.DEFAULT.interval(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1));
    if (interval.compareTo(lifetime) >= 0) {
      throw new ConfigurationException(
          "device_authorization.interval: "
              + interval.toSeconds()
              + "s is not shorter than lifetimes.device_code, "
              + lifetime.toSeconds()
              + "s");
    }
    return new DeviceSettings(interval);
  }
}

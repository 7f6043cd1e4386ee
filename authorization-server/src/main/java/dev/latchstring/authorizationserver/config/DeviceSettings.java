package dev.latchstring.authorizationserver.config;

import java.time.Duration;

/**
 * RFC 8628. How devices without a browser log in.
 *
 * @param interval how long a device waits between polls, unless it is told to slow down: a second
 *     to a minute, shorter than its code lives; 5 seconds by default
 */
public record DeviceSettings(Duration interval) {
  public static final DeviceSettings DEFAULT = new DeviceSettings(Duration.ofSeconds(5));
}

package dev.latchstring.client.login;

/** Shows a device code to the person, wherever they are. */
@FunctionalInterface
public interface DevicePrompt {
  /**
   * Shows it and returns at once; it does not wait for the person.
   *
   * @throws RuntimeException where it cannot be shown: the login ends with {@link
   *     dev.latchstring.client.Problem#NOT_SHOWN}
   */
  void show(DeviceCode code);
}

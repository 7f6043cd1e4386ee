package dev.latchstring.client.login;

/**
 * Shows a login to the person, wherever they are.
 *
 * <p>A method that throws ends the login with {@link dev.latchstring.client.Problem#NOT_SHOWN}.
 */
@FunctionalInterface
public interface LoginPrompt {
  /** Shows a code, and returns at once; it does not wait for the person. */
  void show(DeviceCode code);

  /**
   * Shows the address to open in a browser, and returns at once. The address is to be shown also
   * where a browser was opened already: nobody knows whether anybody saw it.
   *
   * @throws UnsupportedOperationException where this prompt knows codes alone
   */
  default void show(BrowserAddress address) {
    throw new UnsupportedOperationException("it knows how to show a code alone");
  }
}

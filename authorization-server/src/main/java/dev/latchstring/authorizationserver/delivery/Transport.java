package dev.latchstring.authorizationserver.delivery;

import java.time.Duration;

/** One attempt at a message. It waits for the other side, and is interrupted after a while. */
interface Transport extends AutoCloseable {
  /**
   * Returns once the other side took it.
   *
   * @param left for how long the code is still good
   * @throws DeliveryFailure where it did not
   * @throws InterruptedException where it took too long
   */
  void deliver(Message message, Duration left) throws DeliveryFailure, InterruptedException;

  @Override
  default void close() {}
}

package dev.latchstring.authorizationserver.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where messages to people go that are not there.
 *
 * <p>An attempt takes as long, and ends in the same way, as the last one of its channel that went
 * somewhere: messages to nobody fill up the places of those that wait as fast as others do, and are
 * tried again as often. Otherwise somebody who asks for very many codes would see from the refusals
 * whether they go anywhere.
 */
final class Nowhere implements Transport {
  /** A first guess, of a mail server or a gateway that is well. */
  private static final Last USUAL = new Last(Duration.ofMillis(300), true);

  private final Map<Channel, Last> last = new ConcurrentHashMap<>();

  /**
   * The last attempt.
   *
   * @param taken whether it was taken, or else may be the next time
   */
  private record Last(Duration took, boolean taken) {}

  /** What is refused for good says something of its destination, and nothing of the next one. */
  void remember(Channel channel, Duration took, boolean taken) {
    last.put(channel, new Last(took, taken));
  }

  @Override
  public void deliver(Message message, Duration left) throws DeliveryFailure, InterruptedException {
    Last like = last.getOrDefault(message.channel(), USUAL);
    Thread.sleep(like.took());
    if (!like.taken()) {
      throw DeliveryFailure.forNow("as the last one");
    }
  }
}

package dev.latchstring.authorizationserver.delivery;

import java.time.Duration;
import java.util.List;

/**
 * How fast messages go.
 *
 * @param start the longest pause before the first attempt; each message waits a random part of it,
 *     so that what a sending costs this machine falls outside the answer to whoever asked for it
 * @param retries the pause before each further attempt
 * @param attempt how long one attempt may take
 * @param close how long {@link CodeDelivery#close} waits for what was accepted
 * @param waiting the most messages that are under way
 * @param atOnce how many attempts are made at once
 */
record Pace(
    Duration start,
    List<Duration> retries,
    Duration attempt,
    Duration close,
    int waiting,
    int atOnce) {

  static final Pace USUAL =
      new Pace(
          Duration.ofMillis(300),
          List.of(Duration.ofSeconds(1), Duration.ofSeconds(5)),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          256,
          16);
}

package dev.latchstring.client.challenge;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The challenge profile, "Sent twice": sends one request, and the same again where the reply was
 * lost. The server answers it as before within 30 seconds, so it costs no attempt.
 */
final class ChallengeEndpoint {
  private static final int MOST_TIMES = 3;
  private static final Duration SAME_ANSWER = Duration.ofSeconds(25);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  private final URI address;
  private final ClientAuthentication client;
  private final ClientRequests requests;
  private final InstantSource clock;
  private final Sleep sleep;

  /** Waits before a request is sent again. */
  @FunctionalInterface
  interface Sleep {
    void sleep(Duration time) throws InterruptedException;
  }

  ChallengeEndpoint(
      URI address,
      ClientAuthentication client,
      ClientRequests requests,
      InstantSource clock,
      Sleep sleep) {
    this.address = address;
    this.client = client;
    this.requests = requests;
    this.clock = clock;
    this.sleep = sleep;
  }

  /**
   * @throws ClientException {@link Problem#NETWORK} where no reply came in three attempts, or the
   *     time in which the server knows the request again is over
   */
  ChallengeReply post(DpopProofs key, Map<String, String> parameters) {
    return ChallengeReply.read(persistently(() -> requests.post(address, client, key, parameters)));
  }

  /** Tries what may be sent twice. */
  <T> T persistently(Supplier<T> exchange) {
    Instant end = clock.instant().plus(SAME_ANSWER);
    Duration pause = FIRST_PAUSE;
    for (int times = 1; ; times++) {
      try {
        return exchange.get();
      } catch (ClientException e) {
        boolean lost = e.problem() == Problem.NETWORK && !Thread.currentThread().isInterrupted();
        if (!lost || times == MOST_TIMES || !clock.instant().plus(pause).isBefore(end)) {
          throw e;
        }
        pause(pause, e);
        pause = pause.multipliedBy(4);
      }
    }
  }

  private void pause(Duration time, ClientException lost) {
    try {
      sleep.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw lost;
    }
  }
}

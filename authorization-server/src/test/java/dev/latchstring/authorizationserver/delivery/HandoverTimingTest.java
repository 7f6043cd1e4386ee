package dev.latchstring.authorizationserver.delivery;

import static dev.latchstring.authorizationserver.delivery.Deliveries.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Messages to somebody and to nobody, told apart by a clock at the handover. */
@Isolated("measures time")
class HandoverTimingTest {
  private static final int PAIRS = 10_000;

  private static final Pace PATIENT =
      new Pace(
          Duration.ofMillis(300),
          List.of(),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          3 * PAIRS,
          16);

  /** While a gateway takes what goes to somebody: what a sending costs must not show either. */
  @Test
  void handing_over_takes_the_same_time_for_somebody_and_for_nobody() throws Exception {
    try (GatewayServer gateway = GatewayServer.plain();
        CodeDelivery delivery =
            Deliveries.of("delivery: {sms: {url: '" + gateway.url() + "'}}", Map.of(), PATIENT)) {
      Random order = new Random(7);
      for (int i = 0; i < PAIRS / 10; i++) { // what runs for the first time takes longer
        took(delivery, i % 2 == 0);
      }
      double[] somebody = new double[PAIRS];
      double[] nobody = new double[PAIRS];
      for (int i = 0; i < PAIRS; i++) {
        boolean first = order.nextBoolean();
        double one = took(delivery, first);
        double other = took(delivery, !first);
        somebody[i] = first ? one : other;
        nobody[i] = first ? other : one;
      }

      assertThat(Math.abs(welch(somebody, nobody))).as("Welch's t").isLessThan(4.5);
    }
  }

  private static double took(CodeDelivery delivery, boolean somebody) {
    Message message = message(Channel.SMS, "+33612345678", "ref-1");
    long start = System.nanoTime();
    if (somebody) {
      delivery.send(message);
    } else {
      delivery.sendNowhere(message);
    }
    return System.nanoTime() - start;
  }

  /** Of the times below the 95th percentile of all: what is above is the machine's other work. */
  private static double welch(double[] a, double[] b) {
    double[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    Arrays.sort(all);
    double most = all[(int) (all.length * 0.95)];
    double[] x = Arrays.stream(a).filter(time -> time < most).toArray();
    double[] y = Arrays.stream(b).filter(time -> time < most).toArray();
    double mx = Arrays.stream(x).average().orElseThrow();
    double my = Arrays.stream(y).average().orElseThrow();
    return (mx - my) / Math.sqrt(variance(x, mx) / x.length + variance(y, my) / y.length);
  }

  private static double variance(double[] times, double mean) {
    return Arrays.stream(times).map(time -> (time - mean) * (time - mean)).sum()
        / (times.length - 1);
  }
}

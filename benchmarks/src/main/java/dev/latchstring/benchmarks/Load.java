package dev.latchstring.benchmarks;

import java.io.IOException;

/** Something that asks for tokens as fast as it gets them, over a number of connections. */
interface Load {
  /**
   * @param errors answers that were no token
   */
  record Result(double perSecond, double p50Millis, double p99Millis, long errors) {}

  String name();

  Result run(int port, int connections, int seconds) throws IOException, InterruptedException;
}

package dev.latchstring.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** The same thing measured a number of times, in milliseconds. */
final class Measured {
  private final List<Double> millis = new ArrayList<>();

  void add(double value) {
    millis.add(value);
    millis.sort(null);
  }

  double median() {
    return millis.get(millis.size() / 2);
  }

  @Override
  public String toString() {
    return String.format(
        "median %.0f ms (%.0f to %.0f, %d times)",
        median(), millis.getFirst(), millis.getLast(), millis.size());
  }
}

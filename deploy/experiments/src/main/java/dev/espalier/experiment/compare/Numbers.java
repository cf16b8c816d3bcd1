package dev.espalier.experiment.compare;

import dev.espalier.experiment.statistics.Interval;
import java.util.Locale;

/** Numbers as a person reads them. */
public final class Numbers {
  private static final double SMALLEST_P = 0.001;

  private Numbers() {}

  /** Three digits that count. */
  public static String of(double number) {
    return String.format(
        Locale.ROOT, number != 0 && Math.abs(number) < 1e-4 ? "%.2e" : "%.3g", number);
  }

  /** The mean and its interval: {@code 1.20 (1.10 to 1.31)}. */
  public static String interval(Interval interval) {
    return interval.count() == 1
        ? of(interval.mean())
        : of(interval.mean()) + " (" + of(interval.low()) + " to " + of(interval.high()) + ")";
  }

  /** A probability, to three places. */
  public static String p(double p) {
    return p < SMALLEST_P ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
  }
}

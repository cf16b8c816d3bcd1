package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.statistics.Interval;
import java.util.Locale;

/** Numbers in sentences. */
final class Words {
  private Words() {}

  static String of(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /** Mean and ends of an interval, with so many digits after the point. */
  static String of(Interval interval, int digits) {
    String number = "%." + digits + "f";
    return interval.count() < 2
        ? of(number + " (one value)", interval.mean())
        : of(
            number + " [" + number + ", " + number + "]",
            interval.mean(),
            interval.low(),
            interval.high());
  }
}

package dev.espalier.experiment.latent;

import dev.espalier.experiment.statistics.Interval;
import java.util.Locale;

/** Numbers and outcomes as people read them. */
final class Words {
  private Words() {}

  /** Three digits that count. */
  static String of(double number) {
    double size = Math.abs(number);
    if (size == 0) {
      return "0";
    }
    if (size < 0.001 || size >= 1e5) {
      return String.format(Locale.ROOT, "%.1e", number);
    }
    int decimals = Math.max(0, 2 - (int) Math.floor(Math.log10(size)));
    return String.format(Locale.ROOT, "%." + Math.min(decimals, 4) + "f", number);
  }

  /** A mean with its interval, the mean alone where there is none. */
  static String of(Interval interval) {
    return interval.count() < 2
        ? of(interval.mean())
        : "%s (%s to %s)".formatted(of(interval.mean()), of(interval.low()), of(interval.high()));
  }

  /** The factor that a logarithm stands for. */
  static Interval factor(Interval log) {
    return new Interval(
        Math.exp(log.mean()), Math.exp(log.low()), Math.exp(log.high()), log.count());
  }

  static String of(SeedTrend.Direction direction) {
    return switch (direction) {
      case FALLS -> "falls";
      case RISES -> "rises";
      case NONE -> "no trend in ranks";
      case UNTESTED -> "too little was run to tell";
    };
  }
}

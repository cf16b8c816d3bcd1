package dev.espalier.pruner.report.html;

import java.util.Collection;
import java.util.Objects;

/**
 * Shades for values from 0 to the largest.
 *
 * @param max the largest value; 0 where there is none
 */
record Shades(double max) {
  private static final int STEPS = 7;
  private static final String NONE = "plain";

  /** For values of which some may be missing. */
  static Shades among(Collection<Double> values) {
    return new Shades(
        values.stream()
            .filter(Objects::nonNull)
            .filter(Double::isFinite)
            .mapToDouble(v -> v)
            .max()
            .orElse(0));
  }

  /** The class of a value's shade: s0 to s6, or "plain" for none. */
  String of(Double value) {
    if (value == null || !Double.isFinite(value) || !(max > 0)) {
      return NONE;
    }
    double share = Math.max(0, Math.min(1, value / max));
    return "s" + Math.min(STEPS - 1, (int) (share * STEPS));
  }

  /** A shade by its position from 0 to 1. */
  static String at(double position) {
    return new Shades(1).of(position);
  }
}

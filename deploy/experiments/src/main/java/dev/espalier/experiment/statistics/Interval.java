package dev.espalier.experiment.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A mean and where it lies with 95 % confidence, by Student's t over independent values.
 *
 * @param mean of the values
 * @param low lower end; the mean itself for a single value
 * @param high upper end; the mean itself for a single value
 * @param count of values, at least 1
 */
public record Interval(double mean, double low, double high, int count) {
  private static final double TAIL = 0.025;

  /**
   * The interval of a sample: mean ± t(0.975; n − 1) · s / √n, s with n − 1 below.
   *
   * @param values finite, at least one; a single one gives an interval without width
   * @throws IllegalArgumentException for no value or one that is not finite
   */
  public static Interval of(double... values) {
    Samples.check("values", values);
    double mean = Samples.mean(values);
    int count = values.length;
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    if (count == 1 || squares == 0) {
      return new Interval(mean, mean, mean, count);
    }
    double t = TDistribution.of(count - 1).inverseSurvivalProbability(TAIL);
    double half = t * Math.sqrt(squares / (count - 1) / count);
    return new Interval(mean, mean - half, mean + half, count);
  }
}

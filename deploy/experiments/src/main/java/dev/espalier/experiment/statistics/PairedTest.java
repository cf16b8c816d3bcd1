package dev.espalier.experiment.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.inference.TTest;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/**
 * Whether two samples, paired value by value (by their seeds, say), differ. Both tests are
 * two-sided. Where nothing can be said, a p is 1, never NaN: for a single pair, and where no pair
 * differs.
 *
 * @param difference mean of first − second over the pairs, with its interval
 * @param pT by Student's t over the differences; 0 where all differ by exactly the same, as the
 *     interval has no width then
 * @param pWilcoxon by Wilcoxon's signed ranks, pairs without a difference left out. Exact up to 50
 *     pairs, and beyond that where no two differences tie; else by the normal approximation. It
 *     cannot fall below 2^(1 − n): with five pairs or fewer it never reaches 0.05.
 */
public record PairedTest(Interval difference, double pT, double pWilcoxon) {
  /**
   * Compares pair by pair.
   *
   * @param first finite, at least one
   * @param second as many
   * @throws IllegalArgumentException for samples of different lengths, empty or not finite
   */
  public static PairedTest of(double[] first, double[] second) {
    Samples.checkPairs(first, second);
    Samples.check("first", first);
    Samples.check("second", second);
    double[] differences = new double[first.length];
    Arrays.setAll(differences, i -> first[i] - second[i]);
    return new PairedTest(Interval.of(differences), pT(differences), pWilcoxon(differences));
  }

  private static double pT(double[] differences) {
    double one = differences[0];
    if (Arrays.stream(differences).allMatch(difference -> difference == one)) {
      return differences.length == 1 || one == 0 ? 1 : 0;
    }
    return TTest.withDefaults().test(differences).getPValue();
  }

  private static double pWilcoxon(double[] differences) {
    double[] others = Arrays.stream(differences).filter(difference -> difference != 0).toArray();
    if (others.length == 0) {
      return 1;
    }
    if (others.length <= SignedRanks.MOST) {
      return SignedRanks.p(others);
    }
    return WilcoxonSignedRankTest.withDefaults().test(others).getPValue();
  }
}

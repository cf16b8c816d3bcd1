package dev.espalier.trainer.summary;

import java.util.Arrays;

/** Sums over the cells of a {@link Membership}, in double. */
public final class CellSums {
  private final double[] absoluteGradient;
  private final double[] squaredGradient;
  private final double[] absoluteValue;
  private final double[] absolutePenalty;
  private final long[] count;

  public CellSums(int cells) {
    absoluteGradient = new double[cells];
    squaredGradient = new double[cells];
    absoluteValue = new double[cells];
    absolutePenalty = new double[cells];
    count = new long[cells];
  }

  /** Starts anew. */
  public void clear() {
    Arrays.fill(absoluteGradient, 0);
    Arrays.fill(squaredGradient, 0);
    Arrays.fill(absoluteValue, 0);
    Arrays.fill(absolutePenalty, 0);
    Arrays.fill(count, 0);
  }

  /**
   * Adds |g|, g^2 and |theta| of some elements to a cell. Four sums run side by side: a single one
   * would wait for each addition before the next.
   */
  public void add(int cell, float[] gradient, float[] value, int from, int to) {
    double g0 = 0;
    double g1 = 0;
    double q0 = 0;
    double q1 = 0;
    double v0 = 0;
    double v1 = 0;
    int i = from;
    for (; i + 1 < to; i += 2) {
      double a = gradient[i];
      double b = gradient[i + 1];
      g0 += Math.abs(a);
      g1 += Math.abs(b);
      q0 += a * a;
      q1 += b * b;
      v0 += Math.abs(value[i]);
      v1 += Math.abs(value[i + 1]);
    }
    if (i < to) {
      double a = gradient[i];
      g0 += Math.abs(a);
      q0 += a * a;
      v0 += Math.abs(value[i]);
    }
    absoluteGradient[cell] += g0 + g1;
    squaredGradient[cell] += q0 + q1;
    absoluteValue[cell] += v0 + v1;
    count[cell] += to - from;
  }

  /** Adds a sum of |gradient of the penalty| to a cell. */
  public void addPenalty(int cell, double sum) {
    absolutePenalty[cell] += sum;
  }

  /** What the sums say of the groups. */
  public GroupStatistics statistics(Membership membership) {
    int groups = membership.groups().size();
    double[] absolute = new double[groups];
    double[] squared = new double[groups];
    double[] l1 = new double[groups];
    long[] counts = new long[groups];
    double allGradients = 0;
    double allPenalties = 0;
    long all = 0;
    for (int cell = 0; cell < count.length; cell++) {
      allGradients += absoluteGradient[cell];
      allPenalties += absolutePenalty[cell];
      all += count[cell];
      var members = membership.groupsOf(cell);
      for (int g = members.nextSetBit(0); g >= 0; g = members.nextSetBit(g + 1)) {
        absolute[g] += absoluteGradient[cell];
        squared[g] += squaredGradient[cell];
        l1[g] += absoluteValue[cell];
        counts[g] += count[cell];
      }
    }
    for (int g = 0; g < groups; g++) {
      absolute[g] /= Math.max(1, counts[g]);
      squared[g] /= Math.max(1, counts[g]);
    }
    double parameters = Math.max(1, all);
    return new GroupStatistics(
        absolute, squared, l1, counts, allGradients / parameters, allPenalties / parameters);
  }
}

package dev.espalier.trainer.summary;

import java.util.Arrays;

/** Sums over the cells of a {@link Membership}, in double. */
public final class CellSums {
  private static final int LANES = 256;

  private final double[] laneAbsolute = new double[LANES];
  private final double[] laneSquared = new double[LANES];
  private final double[] laneValue = new double[LANES];
  private final double[] absoluteGradient;
  private final double[] squaredGradient;
  private final double[] absoluteValue;
  private final double[] absolutePenalty;
  private final long[] count;
  private int laneCell = -1;

  public CellSums(int cells) {
    absoluteGradient = new double[cells];
    squaredGradient = new double[cells];
    absoluteValue = new double[cells];
    absolutePenalty = new double[cells];
    count = new long[cells];
  }

  /** Starts anew. */
  public void clear() {
    emptyLanes();
    Arrays.fill(absoluteGradient, 0);
    Arrays.fill(squaredGradient, 0);
    Arrays.fill(absoluteValue, 0);
    Arrays.fill(absolutePenalty, 0);
    Arrays.fill(count, 0);
  }

  /**
   * Adds |g|, g^2 and |theta| of some elements to a cell. Long runs are summed in many lanes side
   * by side, which the JVM turns into vector instructions; a single sum would have to keep its
   * order.
   */
  public void add(int cell, float[] gradient, float[] value, int from, int to) {
    int i = from;
    if (to - from >= LANES) {
      if (cell != laneCell) {
        emptyLanes();
        laneCell = cell;
      }
      i += (to - from) / LANES * LANES;
      addLanes(gradient, value, from, i, laneAbsolute, laneSquared, laneValue);
    }
    for (; i < to; i++) {
      double g = gradient[i];
      absoluteGradient[cell] += Math.abs(g);
      squaredGradient[cell] += g * g;
      absoluteValue[cell] += Math.abs(value[i]);
    }
    count[cell] += to - from;
  }

  /** Adds the lanes to the cell that they are of. */
  private void emptyLanes() {
    for (int lane = 0; lane < LANES && laneCell >= 0; lane++) {
      absoluteGradient[laneCell] += laneAbsolute[lane];
      squaredGradient[laneCell] += laneSquared[lane];
      absoluteValue[laneCell] += laneValue[lane];
    }
    Arrays.fill(laneAbsolute, 0);
    Arrays.fill(laneSquared, 0);
    Arrays.fill(laneValue, 0);
    laneCell = -1;
  }

  private static void addLanes(
      float[] gradient,
      float[] value,
      int from,
      int to,
      double[] absolute,
      double[] squared,
      double[] values) {
    for (int at = from; at < to; at += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        double g = gradient[at + lane];
        absolute[lane] += Math.abs(g);
        squared[lane] += g * g;
        values[lane] += Math.abs((double) value[at + lane]);
      }
    }
  }

  /** Adds a sum of |gradient of the penalty| to a cell. */
  public void addPenalty(int cell, double sum) {
    absolutePenalty[cell] += sum;
  }

  /** What the sums say of the groups. */
  public GroupStatistics statistics(Membership membership) {
    emptyLanes();
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
      for (int g : membership.groupsOf(cell)) {
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

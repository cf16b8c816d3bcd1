package dev.espalier.importance.metric;

/**
 * What one batch says of every group, in columns over the groups. The arrays are not copied; who
 * takes a batch keeps none of them.
 *
 * @param meanAbsoluteGradient mean |gradient| over the group's parameters, 0 to {@link #LARGEST}
 * @param meanSquaredGradient mean squared gradient over the group's parameters, 0 to {@link
 *     #LARGEST}
 * @param l1Norm sum of |parameter| over the group, 0 to {@link #LARGEST}
 * @param count parameters summed over, at least 1
 */
public record GroupEvidence(
    double[] meanAbsoluteGradient, double[] meanSquaredGradient, double[] l1Norm, long[] count) {

  /**
   * Largest number taken from outside. Far above anything single precision can hold, squared, and
   * low enough that no sum or product of such numbers in the fold reaches infinity.
   */
  public static final double LARGEST = 1e100;

  /**
   * @throws IllegalArgumentException naming column and value, where the columns differ in length or
   *     a number is out of its range
   */
  public GroupEvidence {
    int groups = count.length;
    check("mean_absolute_gradient", meanAbsoluteGradient, groups);
    check("mean_squared_gradient", meanSquaredGradient, groups);
    check("l1_norm", l1Norm, groups);
    for (int i = 0; i < groups; i++) {
      if (count[i] < 1) {
        throw new IllegalArgumentException(
            "count[" + i + "] = " + count[i] + ": must be at least 1");
      }
    }
  }

  /** Number of groups. */
  public int groups() {
    return count.length;
  }

  private static void check(String name, double[] column, int groups) {
    if (column.length != groups) {
      throw new IllegalArgumentException(
          name + " has " + column.length + " values: must have " + groups + ", one a group");
    }
    for (int i = 0; i < groups; i++) {
      if (!(column[i] >= 0 && column[i] <= LARGEST)) {
        throw new IllegalArgumentException(
            name + "[" + i + "] = " + column[i] + ": must be from 0 to " + LARGEST);
      }
    }
  }
}

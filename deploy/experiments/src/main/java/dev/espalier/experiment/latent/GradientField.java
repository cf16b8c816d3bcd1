package dev.espalier.experiment.latent;

/**
 * Gradients of all parameters that lie in groups, arranged in cells: stretches of parameters that
 * belong to the same groups. A parameter of several groups counts in each of them.
 *
 * @param cellGroups for each cell the columns of its groups, at least one
 * @param cellEnds for each cell where its stretch ends, exclusive; the next begins there
 * @param absolute of each parameter the mean |gradient| over batches
 * @param squared of each parameter the mean squared gradient over batches
 * @param groups number of groups
 */
record GradientField(
    int[][] cellGroups, int[] cellEnds, float[] absolute, float[] squared, int groups) {
  /** Rows of sums: mean |gradient| and mean squared gradient. */
  static final int METRICS = 2;

  GradientField {
    int end = cellEnds.length == 0 ? 0 : cellEnds[cellEnds.length - 1];
    if (cellGroups.length != cellEnds.length
        || absolute.length != end
        || squared.length != end
        || end == 0) {
      throw new IllegalArgumentException(
          "%d sets of groups, %d cells that end at %d, %d and %d values"
              .formatted(cellGroups.length, cellEnds.length, end, absolute.length, squared.length));
    }
  }

  /** Parameters of each group. */
  long[] parameters() {
    long[] parameters = new long[groups];
    for (int cell = 0, from = 0; cell < cellEnds.length; from = cellEnds[cell++]) {
      for (int group : cellGroups[cell]) {
        parameters[group] += cellEnds[cell] - from;
      }
    }
    return parameters;
  }

  /** Sums over each group's parameters: metrics by groups. */
  double[][] sums() {
    double[][] cells = new double[METRICS][cellEnds.length];
    for (int cell = 0, from = 0; cell < cellEnds.length; from = cellEnds[cell++]) {
      for (int i = from; i < cellEnds[cell]; i++) {
        cells[0][cell] += absolute[i];
        cells[1][cell] += squared[i];
      }
    }
    return overGroups(cells);
  }

  /**
   * From sums over cells to sums over groups.
   *
   * @param cells metrics by cells
   */
  double[][] overGroups(double[][] cells) {
    double[][] sums = new double[cells.length][groups];
    for (int m = 0; m < cells.length; m++) {
      for (int cell = 0; cell < cellGroups.length; cell++) {
        for (int group : cellGroups[cell]) {
          sums[m][group] += cells[m][cell];
        }
      }
    }
    return sums;
  }
}

package dev.espalier.trainer.tdmpc;

/**
 * Action sequences of several starts, so many each, and what they are worth. Sequence j of start s
 * is row {@code s * each + j}.
 */
final class Candidates {
  final int each;
  final float[][] actions;
  final double[] values;

  Candidates(int starts, int each, int horizon) {
    this.each = each;
    actions = new float[horizon][starts * each];
    values = new double[starts * each];
  }

  /** Rows of a width, each repeated so that there is one a sequence. */
  float[] repeated(float[] rows, int width) {
    float[] all = new float[rows.length * each];
    for (int s = 0; s * width < rows.length; s++) {
      for (int j = 0; j < each; j++) {
        System.arraycopy(rows, s * width, all, (s * each + j) * width, width);
      }
    }
    return all;
  }
}

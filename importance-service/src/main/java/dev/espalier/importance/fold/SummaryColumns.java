package dev.espalier.importance.fold;

import dev.espalier.importance.metric.GroupEvidence;
import dev.espalier.training.v1.GradientSummary;

/** The columns of a run's summaries, in arrays that each summary writes anew. */
final class SummaryColumns {
  private final double[] absolute;
  private final double[] squared;
  private final double[] l1;
  private final long[] count;

  /**
   * @param groups of the run, at least 1
   */
  SummaryColumns(int groups) {
    absolute = new double[groups];
    squared = new double[groups];
    l1 = new double[groups];
    count = new long[groups];
  }

  /**
   * Checks a summary.
   *
   * @return its columns, good until the next call
   * @throws IllegalArgumentException naming field and value
   */
  GroupEvidence of(GradientSummary summary) {
    EventCheck.summary(summary);
    length("count", summary.getCountCount());
    length("mean_absolute_gradient", summary.getMeanAbsoluteGradientCount());
    length("mean_squared_gradient", summary.getMeanSquaredGradientCount());
    length("l1_norm", summary.getL1NormCount());
    for (int i = 0; i < count.length; i++) {
      absolute[i] = summary.getMeanAbsoluteGradient(i);
      squared[i] = summary.getMeanSquaredGradient(i);
      l1[i] = summary.getL1Norm(i);
      count[i] = summary.getCount(i);
    }
    return new GroupEvidence(absolute, squared, l1, count);
  }

  private void length(String column, int given) {
    if (given != count.length) {
      throw Check.failure(
          "number of gradient_summary." + column,
          given,
          "must be " + count.length + ", one a group");
    }
  }
}

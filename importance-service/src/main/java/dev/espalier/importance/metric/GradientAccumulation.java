package dev.espalier.importance.metric;

/** Gradient accumulation (arXiv 2601.19794): I(t) = (1/n_g) * sum |G|, smoothed. */
public final class GradientAccumulation implements Metric {
  private final Ema average;

  /**
   * @param average holds the scores of all groups
   */
  public GradientAccumulation(Ema average) {
    this.average = average;
  }

  @Override
  public void add(GroupEvidence batch) {
    average.add(batch.meanAbsoluteGradient());
  }

  @Override
  public double[] scores() {
    return average.corrected();
  }

  @Override
  public double uncorrected(int group) {
    return average.uncorrected(group);
  }
}

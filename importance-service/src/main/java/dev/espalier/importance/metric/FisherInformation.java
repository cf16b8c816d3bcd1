package dev.espalier.importance.metric;

/** Diagonal empirical Fisher information (arXiv 2601.19794): I(t) = (1/n_g) * sum G^2, smoothed. */
public final class FisherInformation implements Metric {
  private final Ema average;

  /**
   * @param average holds the scores of all groups
   */
  public FisherInformation(Ema average) {
    this.average = average;
  }

  @Override
  public void add(GroupEvidence batch) {
    average.add(batch.meanSquaredGradient());
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

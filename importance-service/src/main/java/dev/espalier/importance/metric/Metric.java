package dev.espalier.importance.metric;

/** One way to weigh groups by their gradients, folded batch by batch. */
public sealed interface Metric
    permits GradientAccumulation, FisherInformation, BayesianUncertainty {

  /** Folds the next batch. */
  void add(GroupEvidence batch);

  /** The smoothed, bias-corrected score of each group, at least 0; zeros before the first batch. */
  double[] scores();

  /**
   * @param group column from 0
   * @return the group's average without the bias correction
   */
  double uncorrected(int group);
}

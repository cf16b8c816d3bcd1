package dev.espalier.importance.fold;

import dev.espalier.importance.metric.BayesianUncertainty;
import dev.espalier.importance.metric.Ema;
import dev.espalier.importance.metric.FisherInformation;
import dev.espalier.importance.metric.GradientAccumulation;
import dev.espalier.importance.metric.GroupEvidence;
import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.FoldStateOrBuilder;
import java.util.function.BiConsumer;

/** The numbers of a run's fold: three metrics over its groups and the sums beside them. */
final class Weighing {
  private final GradientAccumulation gradient;
  private final FisherInformation fisher;
  private final BayesianUncertainty bayesian;
  private final Ema overall;
  private final double[] overallValue = new double[1];
  private final double[] l1Norm;
  private final long[] count;
  private double epochGradient;
  private double epochPenalty;

  private Weighing(Settings settings, BayesianUncertainty bayesian, FoldStateOrBuilder state) {
    int groups = state.getStart().getGroupsCount();
    double[] gradients = new double[groups];
    double[] squares = new double[groups];
    l1Norm = new double[groups];
    count = new long[groups];
    for (int i = 0; i < state.getCountCount(); i++) {
      gradients[i] = state.getGradientAccumulation(i);
      squares[i] = state.getFisherInformation(i);
      l1Norm[i] = state.getL1Norm(i);
      count[i] = state.getCount(i);
    }
    gradient = new GradientAccumulation(average(settings, state, gradients));
    fisher = new FisherInformation(average(settings, state, squares));
    overall = average(settings, state, new double[] {state.getOverallGradient()});
    this.bayesian = bayesian;
    epochGradient = state.getEpochGradient();
    epochPenalty = state.getEpochPenalty();
  }

  /**
   * @param settings of the run
   * @param state of the run, opened; without columns before its first save
   */
  static Weighing restore(Settings settings, FoldStateOrBuilder state) {
    int groups = state.getStart().getGroupsCount();
    double[] means = new double[groups];
    Ema average = average(settings, state, means);
    if (state.getAlphaCount() == 0) {
      BayesianUncertainty fresh =
          BayesianUncertainty.fresh(
              groups, settings.kappa(), settings.alphaPrior(), settings.betaPrior(), average);
      return new Weighing(settings, fresh, state);
    }
    double[] alpha = new double[groups];
    double[] beta = new double[groups];
    for (int i = 0; i < groups; i++) {
      means[i] = state.getBayesianUncertainty(i);
      alpha[i] = state.getAlpha(i);
      beta[i] = state.getBeta(i);
    }
    return new Weighing(
        settings, new BayesianUncertainty(settings.kappa(), alpha, beta, average), state);
  }

  private static Ema average(Settings settings, FoldStateOrBuilder state, double[] smoothed) {
    return new Ema(settings.emaFactor(), smoothed, state.getSummaries());
  }

  /**
   * Folds one batch.
   *
   * @param overallGradient mean |gradient| over all parameters
   * @param overallPenalty mean |gradient of the penalty| over all parameters
   */
  void add(GroupEvidence batch, double overallGradient, double overallPenalty) {
    gradient.add(batch);
    fisher.add(batch);
    bayesian.add(batch);
    overallValue[0] = overallGradient;
    overall.add(overallValue);
    System.arraycopy(batch.l1Norm(), 0, l1Norm, 0, l1Norm.length);
    System.arraycopy(batch.count(), 0, count, 0, count.length);
    epochGradient += overallGradient;
    epochPenalty += overallPenalty;
  }

  /**
   * Starts the sums of the next epoch.
   *
   * @return whether the penalty's gradient was above the task's, over the batches since the last
   *     call
   */
  boolean closeEpoch() {
    boolean outweighs = epochPenalty > epochGradient;
    epochGradient = 0;
    epochPenalty = 0;
    return outweighs;
  }

  /** Smoothed scores, three metrics by groups. */
  double[][] scores() {
    return new double[][] {gradient.scores(), fisher.scores(), bayesian.scores()};
  }

  /** Posterior spread of the group's gradient variance. */
  double spread(int group) {
    return bayesian.spread(group);
  }

  /** Shape of each group's posterior. */
  double[] alpha() {
    double[] alpha = new double[count.length];
    for (int i = 0; i < alpha.length; i++) {
      alpha[i] = bayesian.alpha(i);
    }
    return alpha;
  }

  /**
   * Hands on L1 norm and count of each group at the newest batch; does nothing before the first.
   */
  void newest(BiConsumer<double[], long[]> taker) {
    if (count[0] > 0) {
      taker.accept(l1Norm, count);
    }
  }

  /** Mean |parameter| of the group at the newest batch; 0 before the first. */
  double meanAbsoluteParameter(int group) {
    return count[group] == 0 ? 0 : l1Norm[group] / count[group];
  }

  /** Smoothed mean |gradient| over all parameters; 0 before the first batch. */
  double overallGradient() {
    return overall.corrected()[0];
  }

  /** Removes the columns of {@link #save} from a state. */
  static void clear(FoldState.Builder state) {
    state
        .clearGradientAccumulation()
        .clearFisherInformation()
        .clearBayesianUncertainty()
        .clearAlpha()
        .clearBeta()
        .clearL1Norm()
        .clearCount();
  }

  /** Writes all numbers into a state without columns. */
  void save(FoldState.Builder state) {
    for (int i = 0; i < count.length; i++) {
      state.addGradientAccumulation(gradient.uncorrected(i));
      state.addFisherInformation(fisher.uncorrected(i));
      state.addBayesianUncertainty(bayesian.uncorrected(i));
      state.addAlpha(bayesian.alpha(i));
      state.addBeta(bayesian.beta(i));
      state.addL1Norm(l1Norm[i]);
      state.addCount(count[i]);
    }
    state
        .setOverallGradient(overall.uncorrected(0))
        .setEpochGradient(epochGradient)
        .setEpochPenalty(epochPenalty);
  }
}

package dev.espalier.importance.fold;

import dev.espalier.importance.ranking.Combination;
import dev.espalier.importance.schedule.Strength;
import dev.espalier.training.v1.ImportanceSettings;

/**
 * A run's importance settings with every default filled in.
 *
 * @param emaFactor gamma, in [0, 1)
 * @param kappa weight of one batch in the posterior, above 0
 * @param alphaPrior shape of the prior, above 1
 * @param betaPrior rate of the prior, above 0
 * @param combination how the metrics become one importance
 * @param weights of the three metrics, each at least 0, their sum above 0
 * @param period of the schedule in epochs, {@link #SHORTEST_PERIOD} to {@link #LONGEST_PERIOD}
 * @param strength where lambda_weight comes from
 * @param thresholds where verdicts and diagnoses begin
 */
record Settings(
    double emaFactor,
    double kappa,
    double alphaPrior,
    double betaPrior,
    Combination combination,
    double[] weights,
    double period,
    Strength strength,
    Thresholds thresholds) {
  static final double SHORTEST_PERIOD = 1e-3;
  static final double LONGEST_PERIOD = 1e6;

  private static final String PREFIX = "run_started.importance.";

  /**
   * @throws IllegalArgumentException naming field and value, where one is out of its range
   */
  static Settings of(ImportanceSettings given) {
    return new Settings(
        emaFactor(given.hasEmaFactor() ? given.getEmaFactor() : 0.9),
        above("kappa", given.getKappa(), 0.25, 0),
        above("alpha_prior", given.getAlphaPrior(), 2, 1),
        above("beta_prior", given.getBetaPrior(), 1e-30, 0),
        combination(given),
        weights(given),
        period(given.getPeriodEpochs()),
        strength(given),
        Thresholds.of(given.getThresholds()));
  }

  private static double emaFactor(double factor) {
    Check.that(factor >= 0 && factor < 1, PREFIX + "ema_factor", factor, "must be in [0, 1)");
    return factor;
  }

  private static double above(String field, double given, double standard, double bound) {
    double value = given == 0 ? standard : given;
    Check.that(value > bound, PREFIX + field, value, "must be above " + bound);
    Check.number(PREFIX + field, value);
    return value;
  }

  private static double period(double given) {
    double value = given == 0 ? 20 : given;
    Check.that(
        value >= SHORTEST_PERIOD && value <= LONGEST_PERIOD,
        PREFIX + "period_epochs",
        value,
        "must be from " + SHORTEST_PERIOD + " to " + LONGEST_PERIOD);
    return value;
  }

  private static Combination combination(ImportanceSettings given) {
    return switch (given.getCombination()) {
      case COMBINATION_UNSPECIFIED, COMBINATION_SHARES -> Combination.SHARES;
      case COMBINATION_RANKS -> Combination.RANKS;
      case COMBINATION_GRADIENT_ACCUMULATION -> Combination.GRADIENT_ACCUMULATION;
      case COMBINATION_FISHER_INFORMATION -> Combination.FISHER_INFORMATION;
      case COMBINATION_BAYESIAN_UNCERTAINTY -> Combination.BAYESIAN_UNCERTAINTY;
      case UNRECOGNIZED ->
          throw Check.failure(
              PREFIX + "combination", given.getCombinationValue(), "must be one of the contract");
    };
  }

  private static double[] weights(ImportanceSettings given) {
    if (given.getMetricWeightCount() == 0) {
      return new double[] {1, 1, 1};
    }
    Check.that(
        given.getMetricWeightCount() == 3,
        PREFIX + "metric_weight",
        given.getMetricWeightList(),
        "must have 3 values");
    double[] weights = new double[3];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Check.number(PREFIX + "metric_weight[" + i + "]", given.getMetricWeight(i));
      sum += weights[i];
    }
    Check.that(sum > 0, PREFIX + "metric_weight", given.getMetricWeightList(), "must not all be 0");
    return weights;
  }

  private static Strength strength(ImportanceSettings given) {
    boolean isGiven = given.hasPenaltyStrength();
    double value = Check.number(PREFIX + "penalty_strength", given.getPenaltyStrength());
    return switch (given.getPenaltyMode()) {
      case PENALTY_MODE_UNSPECIFIED, PENALTY_MODE_RELATIVE ->
          new Strength.Relative(isGiven ? value : 0.02);
      case PENALTY_MODE_ABSOLUTE -> new Strength.Absolute(value);
      case PENALTY_MODE_OFF -> new Strength.Off();
      case UNRECOGNIZED ->
          throw Check.failure(
              PREFIX + "penalty_mode", given.getPenaltyModeValue(), "must be one of the contract");
    };
  }
}

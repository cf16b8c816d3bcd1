package dev.espalier.trainer.api;

import dev.espalier.grpc.Errors;
import dev.espalier.training.v1.Combination;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.PenaltyMode;
import dev.espalier.training.v1.Thresholds;
import java.util.List;

/** Checks importance settings and fills in what they leave open. */
public final class ImportanceRequests {
  private static final String FIELD = "importance.";
  private static final int METRICS = 3;
  private static final double LARGEST = 1e100;
  private static final double SHORTEST_PERIOD = 1e-3;
  private static final double LONGEST_PERIOD = 1e6;

  private ImportanceRequests() {}

  /**
   * An explicit 0 counts as unset where 0 is out of the field's range.
   *
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT where a field is out of its range
   */
  public static ImportanceSettings filled(ImportanceSettings given) {
    PenaltyMode mode = given.getPenaltyMode();
    if (mode == PenaltyMode.UNRECOGNIZED) {
      throw invalid("penalty_mode", given.getPenaltyModeValue(), "choose a known mode");
    }
    if (mode == PenaltyMode.PENALTY_MODE_UNSPECIFIED) {
      mode = PenaltyMode.PENALTY_MODE_RELATIVE;
    }
    Combination combination = given.getCombination();
    if (combination == Combination.UNRECOGNIZED) {
      throw invalid("combination", given.getCombinationValue(), "choose a known combination");
    }
    if (combination == Combination.COMBINATION_UNSPECIFIED) {
      combination = Combination.COMBINATION_SHARES;
    }
    double strength =
        given.hasPenaltyStrength()
            ? given.getPenaltyStrength()
            : mode == PenaltyMode.PENALTY_MODE_RELATIVE ? 0.02 : 0;
    ImportanceSettings.Builder filled =
        ImportanceSettings.newBuilder()
            .setEmaFactor(ema(given.hasEmaFactor() ? given.getEmaFactor() : 0.9))
            .setKappa(above("kappa", 0, given.getKappa(), 0.25))
            .setAlphaPrior(above("alpha_prior", 1, given.getAlphaPrior(), 2))
            .setBetaPrior(above("beta_prior", 0, given.getBetaPrior(), 1e-30))
            .setCombination(combination)
            .addAllMetricWeight(weights(given.getMetricWeightList()))
            .setPeriodEpochs(period(given.getPeriodEpochs()))
            .setPenaltyMode(mode)
            .setPenaltyStrength(strength(strength));
    if (given.hasThresholds()) {
      filled.setThresholds(checked(given.getThresholds()));
    }
    return filled.build();
  }

  /** The one that the trainer goes by as well. */
  private static Thresholds checked(Thresholds given) {
    double share = given.getCollapsedShare();
    if (!(share >= 0 && share <= LARGEST)) {
      throw invalid("thresholds.collapsed_share", share, "choose from 0 to " + LARGEST);
    }
    return given;
  }

  private static double ema(double value) {
    if (!(value >= 0 && value < 1)) {
      throw invalid("ema_factor", value, "choose a value in [0, 1)");
    }
    return value;
  }

  private static double above(String field, double bound, double value, double otherwise) {
    if (value == 0) {
      return otherwise;
    }
    if (!(value > bound && value <= LARGEST)) {
      throw invalid(field, value, "choose a value above " + bound + " and at most " + LARGEST);
    }
    return value;
  }

  private static double period(double value) {
    if (value == 0) {
      return 20;
    }
    if (!(value >= SHORTEST_PERIOD && value <= LONGEST_PERIOD)) {
      throw invalid(
          "period_epochs",
          value,
          "choose from " + SHORTEST_PERIOD + " to " + LONGEST_PERIOD + ", or 0 for 20");
    }
    return value;
  }

  private static double strength(double value) {
    if (!(value >= 0 && value <= LARGEST)) {
      throw invalid("penalty_strength", value, "choose from 0 to " + LARGEST);
    }
    return value;
  }

  private static List<Double> weights(List<Double> given) {
    if (given.isEmpty()) {
      return List.of(1.0, 1.0, 1.0);
    }
    double sum = 0;
    for (double weight : given) {
      sum += weight >= 0 && weight <= LARGEST ? weight : Double.NaN;
    }
    if (given.size() != METRICS || !(sum > 0)) {
      throw invalid(
          "metric_weight",
          given,
          "give three weights from 0 to " + LARGEST + " with a sum above 0");
    }
    return given;
  }

  private static RuntimeException invalid(String field, Object value, String remedy) {
    return Errors.invalid(FIELD + field, value, remedy);
  }
}

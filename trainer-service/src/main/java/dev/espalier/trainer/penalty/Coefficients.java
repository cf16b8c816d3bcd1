package dev.espalier.trainer.penalty;

import dev.espalier.trace.TraceParent;
import java.util.Map;
import java.util.Optional;

/**
 * How strongly each group is pulled towards zero in an epoch.
 *
 * @param epoch the epoch that they are for, from 0
 * @param lambda coefficient by group id, each in [0, 1]; a group without one is not penalised
 * @param weight lambda_weight, which multiplies all of them, 0 to 1e30
 * @param span that made them; empty where nothing is traced
 */
public record Coefficients(
    int epoch, Map<String, Double> lambda, double weight, Optional<TraceParent> span) {
  private static final double LARGEST_WEIGHT = 1e30;

  /** Coefficients of no trace; the parameters are those of the record. */
  public Coefficients(int epoch, Map<String, Double> lambda, double weight) {
    this(epoch, lambda, weight, Optional.empty());
  }

  public Coefficients {
    lambda = Map.copyOf(lambda);
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch = " + epoch + ": must be at least 0");
    }
    if (!(weight >= 0 && weight <= LARGEST_WEIGHT)) {
      throw new IllegalArgumentException(
          "lambda_weight = " + weight + ": must be at least 0 and at most " + LARGEST_WEIGHT);
    }
    lambda.forEach(
        (group, value) -> {
          if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                "lambda of \"" + group + "\" = " + value + ": must be in [0, 1]");
          }
        });
  }
}

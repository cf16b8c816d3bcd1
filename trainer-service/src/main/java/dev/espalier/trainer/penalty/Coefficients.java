package dev.espalier.trainer.penalty;

import java.util.Map;

/**
 * How strongly each group is pulled towards zero in an epoch.
 *
 * @param epoch the epoch that they are for, from 0
 * @param lambda coefficient by group id, each at least 0; a group without one is not penalised
 * @param weight lambda_weight, which multiplies all of them, at least 0
 */
public record Coefficients(int epoch, Map<String, Double> lambda, double weight) {
  public Coefficients {
    lambda = Map.copyOf(lambda);
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch = " + epoch + ": must be at least 0");
    }
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "lambda_weight = " + weight + ": must be finite and at least 0");
    }
    lambda.forEach(
        (group, value) -> {
          if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                "lambda of \"" + group + "\" = " + value + ": must be finite and at least 0");
          }
        });
  }
}

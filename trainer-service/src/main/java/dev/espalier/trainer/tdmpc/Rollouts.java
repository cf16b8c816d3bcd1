package dev.espalier.trainer.tdmpc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import java.util.Arrays;
import java.util.List;

/**
 * What action sequences are worth in a world model: the discounted sum of the rewards and, at the
 * end, of the smaller of the two values of what the policy does there.
 */
final class Rollouts {
  private final WorldModel model;
  private final double discount;
  private final float[] latents;
  private final int width;

  /** What gives the actions of a step of all sequences, in [-1, 1], one a row. */
  @FunctionalInterface
  private interface Chooser {
    float[] choose(int step, NDArray z);
  }

  /**
   * @param observations [starts, 3]: where the sequences begin
   */
  Rollouts(WorldModel model, double discount, float[] observations, int starts) {
    this.model = model;
    this.discount = discount;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      latents =
          model.encode(model.array(observations, observations.length / starts)).toFloatArray();
    }
    width = latents.length / starts;
  }

  /** Sets the candidates' values. */
  void value(Candidates candidates) {
    value(candidates, (step, z) -> candidates.actions[step]);
  }

  /**
   * Sets the candidates' actions to the policy's, moved by noise, and their values.
   *
   * @param noise deviation of what is added to each action
   * @param tracks of each start, whose generators are drawn from
   */
  void follow(Candidates candidates, double noise, List<Track> tracks) {
    value(
        candidates,
        (step, z) -> {
          float[] actions = model.policy(z).toFloatArray();
          for (int row = 0; row < actions.length; row++) {
            double moved =
                actions[row] + noise * tracks.get(row / candidates.each).random().nextGaussian();
            actions[row] = (float) Math.clamp(moved, -1, 1);
          }
          candidates.actions[step] = actions;
          return actions;
        });
  }

  private void value(Candidates candidates, Chooser chooser) {
    double[] values = candidates.values;
    Arrays.fill(values, 0);
    double weight = 1;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray z = model.array(candidates.repeated(latents, width), width);
      for (int step = 0; step < candidates.actions.length; step++) {
        NDList next = model.step(z, model.array(chooser.choose(step, z), 1));
        float[] rewards = next.get(1).toFloatArray();
        for (int row = 0; row < rewards.length; row++) {
          values[row] += weight * rewards[row];
        }
        weight *= discount;
        z = next.get(0);
      }
      NDList ends = model.values(z, model.policy(z));
      float[] first = ends.get(0).toFloatArray();
      float[] second = ends.get(1).toFloatArray();
      for (int row = 0; row < values.length; row++) {
        double value = values[row] + weight * Math.min(first[row], second[row]);
        values[row] = Double.isFinite(value) ? value : -Double.MAX_VALUE;
      }
    }
  }
}

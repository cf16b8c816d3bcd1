package dev.espalier.trainer.tdmpc;

import java.util.Arrays;
import java.util.List;

/**
 * Model predictive path integral control in a latent world model (Hansen, Wang and Su 2022, section
 * 3): action sequences are drawn around the last mean and from the policy, the model says what they
 * are worth, and the best are what the next round is drawn around. Several episodes are planned for
 * at once, in one batch.
 */
final class Planner {
  private static final double MOST_DEVIATION = 2;

  private final PlannerSettings settings;

  Planner(PlannerSettings settings) {
    this.settings = settings;
  }

  /**
   * Plans the next action of every episode, with no gradient recorded; the network evaluates
   * meanwhile.
   *
   * @param observations [episodes, 3]
   * @param tracks one an episode; take the plan
   * @param horizon steps to look ahead, 1 to the settings'
   * @param noise least deviation that sequences are drawn with, and of what an exploring action is
   *     moved by
   * @param explore whether to draw among the elites and move the action, rather than to take the
   *     mean that the rounds came to
   * @return actions in [-1, 1]
   */
  double[] plan(
      WorldModel model,
      float[] observations,
      List<Track> tracks,
      int horizon,
      double noise,
      boolean explore) {
    return model.evaluating(() -> evaluated(model, observations, tracks, horizon, noise, explore));
  }

  private double[] evaluated(
      WorldModel model,
      float[] observations,
      List<Track> tracks,
      int horizon,
      double noise,
      boolean explore) {
    int starts = tracks.size();
    Rollouts rollouts = new Rollouts(model, settings.discount(), observations, starts);
    Candidates guided = new Candidates(starts, settings.policySamples(), horizon);
    if (settings.policySamples() > 0) {
      rollouts.follow(guided, noise, tracks);
    }
    Candidates drawn = new Candidates(starts, settings.samples(), horizon);
    double[][] mean = new double[starts][horizon];
    double[][] deviation = new double[starts][horizon];
    for (int s = 0; s < starts; s++) {
      for (int t = 0; t < horizon; t++) {
        mean[s][t] = tracks.get(s).mean()[t];
      }
      Arrays.fill(deviation[s], MOST_DEVIATION);
    }
    Elites[] elites = new Elites[starts];
    for (int round = 0; round < settings.rounds(); round++) {
      draw(drawn, mean, deviation, tracks);
      rollouts.value(drawn);
      double kept = round == 0 ? 0 : settings.momentum();
      for (int s = 0; s < starts; s++) {
        elites[s] =
            new Elites(settings.elites(), horizon, settings.temperature(), s, guided, drawn);
        for (int t = 0; t < horizon; t++) {
          double center = elites[s].mean(t);
          double spread = elites[s].deviation(t, center);
          mean[s][t] = kept * mean[s][t] + (1 - kept) * center;
          deviation[s][t] = Math.clamp(spread, noise, MOST_DEVIATION);
        }
      }
    }
    double[] actions = new double[starts];
    for (int s = 0; s < starts; s++) {
      CountedRandom random = tracks.get(s).random();
      tracks.get(s).keep(mean[s]);
      double action =
          explore
              ? elites[s].drawn(random.nextDouble()) + deviation[s][0] * random.nextGaussian()
              : mean[s][0];
      actions[s] = Math.clamp(action, -1, 1);
    }
    return actions;
  }

  private static void draw(
      Candidates drawn, double[][] mean, double[][] deviation, List<Track> tracks) {
    for (int s = 0; s < mean.length; s++) {
      CountedRandom random = tracks.get(s).random();
      for (int t = 0; t < mean[s].length; t++) {
        float[] actions = drawn.actions[t];
        for (int row = s * drawn.each; row < (s + 1) * drawn.each; row++) {
          double action = mean[s][t] + deviation[s][t] * random.nextGaussian();
          actions[row] = (float) Math.clamp(action, -1, 1);
        }
      }
    }
  }
}

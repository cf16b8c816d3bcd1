package dev.espalier.trainer.tdmpc;

import dev.espalier.trainer.pendulum.Pendulum;
import dev.espalier.trainer.pendulum.Starts;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays whole episodes from the {@link Starts fixed starts} without exploring. What a start's plans
 * are drawn with depends on the start alone, so that agents meet the same draws.
 */
final class FixedStarts {
  private static final int AT_ONCE = 20;
  private static final long SEED = 20;

  private final PlannerSettings settings;
  private final double noise;

  /**
   * @param noise least deviation that sequences are drawn with
   */
  FixedStarts(PlannerSettings settings, double noise) {
    this.settings = settings;
    this.noise = noise;
  }

  /**
   * @param count plays the first so many starts, 1 to 100; several at a time
   * @return the undiscounted sum of the environment's rewards of each
   */
  double[] returns(WorldModel model, int count) {
    double[] returns = new double[count];
    for (int from = 0; from < count; from += AT_ONCE) {
      int to = Math.min(count, from + AT_ONCE);
      System.arraycopy(
          play(model, from, to, new long[Pendulum.STEPS]), 0, returns, from, to - from);
    }
    return returns;
  }

  /**
   * @param nanos takes how long planning a step's actions took, {@link Pendulum#STEPS} numbers
   */
  double[] play(WorldModel model, int from, int to, long[] nanos) {
    int count = to - from;
    Planner planner = new Planner(settings);
    List<Pendulum> pendulums = new ArrayList<>(count);
    List<Track> tracks = new ArrayList<>(count);
    for (int start = from; start < to; start++) {
      pendulums.add(new Pendulum(Starts.state(start)));
      tracks.add(new Track(settings.horizon(), CountedRandom.of(SEED, start)));
    }
    double[] returns = new double[count];
    float[] observations = new float[count * Pendulum.OBSERVATION];
    for (int step = 0; step < Pendulum.STEPS; step++) {
      for (int i = 0; i < count; i++) {
        pendulums.get(i).observe(observations, i * Pendulum.OBSERVATION);
      }
      long begin = System.nanoTime();
      double[] actions =
          planner.plan(model, observations, tracks, settings.horizon(), noise, false);
      nanos[step] = System.nanoTime() - begin;
      for (int i = 0; i < count; i++) {
        returns[i] += pendulums.get(i).step(Pendulum.MOST_TORQUE * actions[i]);
      }
    }
    return returns;
  }
}

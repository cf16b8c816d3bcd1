package dev.espalier.trainer.tdmpc;

import java.util.Arrays;

/** What a planner remembers from one step of an episode to the next. */
final class Track {
  private final float[] mean;
  private final CountedRandom random;

  /**
   * @param horizon the longest that is planned for
   * @param random what the episode's sequences are drawn with
   */
  Track(int horizon, CountedRandom random) {
    mean = new float[horizon];
    this.random = random;
  }

  CountedRandom random() {
    return random;
  }

  /** Mean of the action sequence last planned, shifted to begin now. */
  float[] mean() {
    return mean;
  }

  /** Keeps a plan for the next step: all but its first action, and nothing after. */
  void keep(double[] planned) {
    Arrays.fill(mean, 0f);
    for (int step = 1; step < planned.length; step++) {
      mean[step - 1] = (float) planned[step];
    }
  }
}

package dev.espalier.trainer.tdmpc;

import java.util.SplittableRandom;

/** Numbers for tests. */
final class Tables {
  private Tables() {}

  /** Uniform in [-bound, bound). */
  static float[] random(SplittableRandom random, int count, double bound) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return values;
  }
}

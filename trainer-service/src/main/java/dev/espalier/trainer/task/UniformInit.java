package dev.espalier.trainer.task;

import java.util.SplittableRandom;

/**
 * Initial values of a linear layer as PyTorch's: weight and bias uniform in [-1/sqrt(fan_in),
 * 1/sqrt(fan_in)) (He et al. 2015 with a = sqrt(5), as torch.nn.Linear.reset_parameters).
 */
final class UniformInit {
  private final SplittableRandom random;

  UniformInit(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * @param count values wanted
   * @param fanIn inputs of the layer, at least 1
   */
  float[] values(int count, int fanIn) {
    double bound = 1 / Math.sqrt(fanIn);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return values;
  }
}

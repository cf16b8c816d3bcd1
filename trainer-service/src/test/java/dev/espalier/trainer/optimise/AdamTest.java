package dev.espalier.trainer.optimise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdamTest {
  /** The formula of torch.optim.Adam (no weight decay, no amsgrad), in double. */
  private static final class Reference {
    private final AdamSettings settings;
    private final double[] m;
    private final double[] v;
    private int step;

    Reference(AdamSettings settings, int size) {
      this.settings = settings;
      m = new double[size];
      v = new double[size];
    }

    void update(double[] theta, float[] gradient) {
      step++;
      double correction1 = 1 - Math.pow(settings.beta1(), step);
      double correction2 = 1 - Math.pow(settings.beta2(), step);
      for (int i = 0; i < theta.length; i++) {
        double g = gradient[i];
        m[i] = settings.beta1() * m[i] + (1 - settings.beta1()) * g;
        v[i] = settings.beta2() * v[i] + (1 - settings.beta2()) * g * g;
        double denominator = Math.sqrt(v[i]) / Math.sqrt(correction2) + settings.epsilon();
        theta[i] -= settings.learningRate() / correction1 * m[i] / denominator;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void equalsTheReferenceOverManySteps(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    AdamSettings settings = AdamSettings.of(random.nextDouble(1e-4, 1e-2));
    int size = 50;
    Adam adam = new Adam(settings, new int[] {size});
    Reference reference = new Reference(settings, size);
    float[] theta = new float[size];
    double[] expected = new double[size];

    for (int step = 0; step < 300; step++) {
      float[] gradient = new float[size];
      for (int i = 0; i < size; i++) {
        gradient[i] = (float) (Math.pow(10, -(i % 8)) * random.nextDouble(-1, 1));
      }
      adam.begin();
      adam.update(0, 0, gradient, theta, size);
      reference.update(expected, gradient);
    }

    for (int i = 0; i < size; i++) {
      assertEquals(
          expected[i], theta[i], 1e-5 * Math.max(1, Math.abs(expected[i])), "seed " + seed);
    }
  }

  /** With gradient g the first step is lr * g / (|g| + epsilon): epsilon is not corrected. */
  @Test
  void epsilonStandsOutsideTheRoot() {
    Adam adam = new Adam(AdamSettings.of(0.1), new int[] {1});
    float[] theta = {0};

    adam.begin();
    adam.update(0, 0, new float[] {1e-8f}, theta, 1);

    assertEquals(-0.05f, theta[0], 1e-6f);
  }

  @Test
  void badSettingsAreNamed() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> AdamSettings.of(Double.NaN));
    assertTrue(e.getMessage().contains("learning_rate = NaN"), e.getMessage());
  }
}

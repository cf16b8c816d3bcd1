package dev.espalier.trainer.optimise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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

  /** Element by element: where each stood is counted out, not copied in runs. */
  @Test
  void cutKeepsTheMomentsOfWhatStaysBitForBit() {
    for (long seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<int[]> shapes = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        shapes.add(random.ints(random.nextInt(5), 1, 6).toArray());
      }
      Adam adam =
          new Adam(AdamSettings.of(0.01), shapes.stream().mapToInt(AdamTest::size).toArray());
      for (int step = 0; step < 3; step++) {
        adam.begin();
        for (int t = 0; t < shapes.size(); t++) {
          int size = size(shapes.get(t));
          float[] gradient = new float[size];
          for (int i = 0; i < size; i++) {
            gradient[i] = (float) random.nextGaussian();
          }
          adam.update(t, 0, gradient, new float[size], size);
        }
      }
      List<Adam.Kept> kept = new ArrayList<>();
      for (int t = shapes.size() - 1; t >= 0; t--) {
        kept.add(new Adam.Kept(t, shapes.get(t), axes(random, shapes.get(t))));
      }
      Adam cut = adam.cut(kept);
      assertEquals(3, cut.step());
      for (int t = 0; t < kept.size(); t++) {
        int[] places = places(kept.get(t));
        assertEquals(places.length, cut.first(t).length, "seed " + seed);
        for (int i = 0; i < places.length; i++) {
          int from = kept.get(t).tensor();
          assertEquals(adam.first(from)[places[i]], cut.first(t)[i], "seed " + seed);
          assertEquals(adam.second(from)[places[i]], cut.second(t)[i], "seed " + seed);
        }
      }
    }
    Adam adam = new Adam(AdamSettings.of(0.01), new int[] {4});
    List<Adam.Kept> wrong = List.of(new Adam.Kept(0, new int[] {5}, Map.of()));
    assertThrows(IllegalArgumentException.class, () -> adam.cut(wrong));
  }

  private static int size(int[] dims) {
    return IntStream.of(dims).reduce(1, (a, b) -> a * b);
  }

  private static Map<Integer, int[]> axes(SplittableRandom random, int[] dims) {
    Map<Integer, int[]> axes = new HashMap<>();
    for (int axis = 0; axis < dims.length; axis++) {
      if (random.nextBoolean()) {
        int stays = random.nextInt(dims[axis]);
        axes.put(
            axis,
            IntStream.range(0, dims[axis])
                .filter(i -> i == stays || random.nextBoolean())
                .toArray());
      }
    }
    return axes;
  }

  private static int[] places(Adam.Kept kept) {
    return IntStream.range(0, size(kept.dims()))
        .filter(
            place -> {
              int rest = place;
              for (int axis = kept.dims().length - 1; axis >= 0; axis--) {
                int index = rest % kept.dims()[axis];
                rest /= kept.dims()[axis];
                int[] stay = kept.axes().get(axis);
                if (stay != null && IntStream.of(stay).noneMatch(i -> i == index)) {
                  return false;
                }
              }
              return true;
            })
        .toArray();
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

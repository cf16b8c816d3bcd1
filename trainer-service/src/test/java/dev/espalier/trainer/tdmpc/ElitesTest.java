package dev.espalier.trainer.tdmpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ElitesTest {
  /** Against sorting them all, ties included. */
  @Test
  void areTheBestByWeight() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int starts = 1 + random.nextInt(3);
      Candidates a = candidates(starts, random.nextInt(4), random);
      Candidates b = candidates(starts, 1 + random.nextInt(8), random);
      int start = random.nextInt(starts);
      int total = a.each + b.each;
      int count = 1 + random.nextInt(total + 2);

      Elites elites = new Elites(count, 2, 0.7, start, a, b);

      int[] order =
          IntStream.range(0, total)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -at(a, b, start, i, -1)))
              .limit(count)
              .mapToInt(i -> i)
              .toArray();
      double best = at(a, b, start, order[0], -1);
      double sum = 0;
      double[] mean = new double[2];
      for (int i : order) {
        double weight = Math.exp(0.7 * (at(a, b, start, i, -1) - best));
        sum += weight;
        mean[0] += weight * at(a, b, start, i, 0);
        mean[1] += weight * at(a, b, start, i, 1);
      }
      double variance = 0;
      for (int i : order) {
        double weight = Math.exp(0.7 * (at(a, b, start, i, -1) - best));
        double off = at(a, b, start, i, 1) - mean[1] / sum;
        variance += weight * off * off;
      }
      assertEquals(mean[0] / sum, elites.mean(0), 1e-6, "seed " + seed);
      assertEquals(mean[1] / sum, elites.mean(1), 1e-6, "seed " + seed);
      assertEquals(
          Math.sqrt(variance / sum), elites.deviation(1, elites.mean(1)), 1e-6, "seed " + seed);
    }
  }

  @Test
  void areDrawnByWeight() {
    Candidates set = new Candidates(1, 2, 1);
    set.actions[0] = new float[] {-1, 1};
    set.values[0] = 0;
    set.values[1] = Math.log(3);
    Elites elites = new Elites(2, 1, 1, 0, set);
    assertEquals(-1, elites.drawn(0.24));
    assertEquals(1, elites.drawn(0.26));
    assertEquals(1, elites.drawn(0.999));
  }

  /** Equal values have equal actions, so that it does not matter which of them is taken. */
  private static Candidates candidates(int starts, int each, SplittableRandom random) {
    Candidates set = new Candidates(starts, each, 2);
    for (int row = 0; row < set.values.length; row++) {
      set.values[row] = random.nextInt(6);
      set.actions[0][row] = (float) Math.sin(set.values[row]);
      set.actions[1][row] = (float) Math.cos(3 * set.values[row]);
    }
    return set;
  }

  /** Value (step below 0) or action of one of both sets' sequences of a start. */
  private static double at(Candidates a, Candidates b, int start, int index, int step) {
    Candidates set = index < a.each ? a : b;
    int row = start * set.each + (index < a.each ? index : index - a.each);
    return step < 0 ? set.values[row] : set.actions[step][row];
  }
}

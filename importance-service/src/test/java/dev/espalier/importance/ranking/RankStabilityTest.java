package dev.espalier.importance.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankStabilityTest {
  /** Tau-b pair by pair. */
  private static double bruteForce(double[] a, double[] b) {
    long difference = 0;
    long untiedInA = 0;
    long untiedInB = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < i; j++) {
        int inA = Double.compare(a[i], a[j]);
        int inB = Double.compare(b[i], b[j]);
        difference += (long) Integer.signum(inA) * Integer.signum(inB);
        untiedInA += inA == 0 ? 0 : 1;
        untiedInB += inB == 0 ? 0 : 1;
      }
    }
    return difference / Math.sqrt((double) untiedInA * untiedInB);
  }

  @Test
  void tauIsThatOfAllPairs() {
    for (long seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int groups = random.nextInt(2, 40);
      int values = random.nextInt(2, 50);
      double[] a = random.ints(groups, 0, values).asDoubleStream().toArray();
      double[] b = random.ints(groups, 0, values).asDoubleStream().toArray();
      double expected = bruteForce(a, b);
      OptionalDouble tau = RankStability.tau(a, b);
      assertEquals(Double.isNaN(expected), tau.isEmpty(), "seed " + seed);
      assertEquals(Double.isNaN(expected) ? 0 : expected, tau.orElse(0), 1e-12, "seed " + seed);
    }
  }

  @Test
  void tauOfAsManyGroupsAsARunMayHave() {
    SplittableRandom random = new SplittableRandom(1);
    double[] a = random.doubles(4096).toArray();
    double[] b = Arrays.stream(a).map(x -> x + random.nextDouble() / 2).toArray();
    assertEquals(bruteForce(a, b), RankStability.tau(a, b).orElseThrow(), 1e-12);
  }

  @Test
  void sameOrderIsOneAndOppositeMinusOne() {
    double[] a = {1, 2, 3, 4};
    assertEquals(1, RankStability.tau(a, new double[] {2, 4, 6, 9}).orElseThrow());
    assertEquals(-1, RankStability.tau(a, new double[] {4, 3, 2, 1}).orElseThrow());
    assertTrue(RankStability.tau(a, new double[4]).isEmpty());
    assertTrue(RankStability.tau(new double[] {1}, new double[] {1}).isEmpty());
  }
}

package dev.espalier.experiment.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;
import org.junit.jupiter.api.Test;

class PairedTestTest {
  @Test
  void depressionScalesOfHollanderAndWolfe() {
    // R's example of wilcox.test: V = 40, p = 0.03906; its t.test: t = 3.0354, p = 0.01618.
    PairedTest test =
        PairedTest.of(
            new double[] {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30},
            new double[] {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29});
    assertEquals(0.0390625, test.pWilcoxon(), 1e-12);
    assertEquals(0.0161766274, test.pT(), 1e-9);
    assertEquals(0.4318889, test.difference().mean(), 1e-6);
  }

  @Test
  void sleepDataOfStudent() {
    PairedTest test =
        PairedTest.of(
            new double[] {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0},
            new double[] {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4});
    assertEquals(0.00283289, test.pT(), 1e-8);
    assertEquals(-2.4598858, test.difference().low(), 1e-6);
    assertEquals(-0.7001142, test.difference().high(), 1e-6);
    assertEquals(0.00390625, test.pWilcoxon(), 1e-12);
  }

  @Test
  void signedRanksAreThoseOfAllChoicesOfSigns() {
    Random random = new Random(7);
    for (int trial = 0; trial < 40; trial++) {
      double[] differences =
          random
              .ints(1 + trial % 10, 1, 5)
              .mapToDouble(d -> random.nextBoolean() ? d : -d)
              .toArray();
      double[] none = new double[differences.length];
      assertEquals(byAllSigns(differences), PairedTest.of(differences, none).pWilcoxon(), 1e-12);
    }
  }

  @Test
  void signedRanksWithoutTiesAreThoseOfCommonsStatistics() {
    double[] differences = new Random(3).doubles(30, -0.6, 1).toArray();
    assertEquals(
        WilcoxonSignedRankTest.withDefaults().test(differences).getPValue(),
        PairedTest.of(differences, new double[30]).pWilcoxon(),
        1e-12);
  }

  @Test
  void manyPairsAreTestedToo() {
    double[] differences = new Random(3).doubles(80, -0.6, 1).toArray();
    double p = PairedTest.of(differences, new double[80]).pWilcoxon();
    assertTrue(p > 0 && p < 0.01, "p = " + p);
  }

  @Test
  void nothingIsSaidOfASinglePairOrOfNoDifference() {
    PairedTest single = PairedTest.of(new double[] {3}, new double[] {1});
    assertEquals(new PairedTest(new Interval(2, 2, 2, 1), 1, 1), single);
    PairedTest same = PairedTest.of(new double[] {3, 4}, new double[] {3, 4});
    assertEquals(new PairedTest(new Interval(0, 0, 0, 2), 1, 1), same);
  }

  @Test
  void twoPairsNeverConvinceTheSignedRanks() {
    PairedTest test = PairedTest.of(new double[] {3, 5}, new double[] {1, 1});
    assertEquals(0.5, test.pWilcoxon());
    assertEquals(2 * Math.atan(1.0 / 3) / Math.PI, test.pT(), 1e-9);
    assertEquals(0, PairedTest.of(new double[] {3, 5}, new double[] {1, 3}).pT());
  }

  @Test
  void pairsMustBeWhole() {
    assertThrows(
        IllegalArgumentException.class, () -> PairedTest.of(new double[] {1, 2}, new double[] {1}));
  }

  private static double byAllSigns(double[] differences) {
    int n = differences.length;
    double[] ranks = new double[n];
    double observed = 0;
    double all = 0;
    for (int i = 0; i < n; i++) {
      double size = Math.abs(differences[i]);
      double below = Arrays.stream(differences).filter(d -> Math.abs(d) < size).count();
      double same = Arrays.stream(differences).filter(d -> Math.abs(d) == size).count();
      ranks[i] = below + (same + 1) / 2;
      all += ranks[i];
      observed += differences[i] > 0 ? ranks[i] : 0;
    }
    int extreme = 0;
    for (int signs = 0; signs < 1 << n; signs++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += (signs >> i & 1) == 1 ? ranks[i] : 0;
      }
      extreme += Math.abs(sum - all / 2) >= Math.abs(observed - all / 2) - 1e-9 ? 1 : 0;
    }
    return (double) extreme / (1 << n);
  }
}

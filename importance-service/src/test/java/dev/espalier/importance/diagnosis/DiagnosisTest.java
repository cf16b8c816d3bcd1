package dev.espalier.importance.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
  private static final double[][] UNLIKE = {{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 3, 4}};

  @Test
  void scoresThatAreAlikeInEveryMetricAreFlat() {
    double[] alike = {1, 1.01, 0.99, 1};
    assertTrue(Flat.of(new double[][] {alike, alike, alike}, 1, 1, 0.05, 1e-4).isPresent());
    assertFalse(
        Flat.of(new double[][] {alike, alike, UNLIKE[0]}, 1, 1, 0.05, 1e-4).isPresent(),
        "one metric tells groups apart");
    assertFalse(Flat.of(new double[][] {{1}, {1}, {1}}, 1, 1, 0.05, 1e-4).isPresent());
  }

  @Test
  void variationIsStandardDeviationOverMeanWhateverTheScale() {
    assertEquals(0.5, Flat.variation(new double[] {1, 3}), 1e-15);
    assertEquals(0.5, Flat.variation(new double[] {1e-200, 3e-200}), 1e-15);
    assertEquals(0.5, Flat.variation(new double[] {1e100, 3e100}), 1e-15);
    assertEquals(0, Flat.variation(new double[2]));
  }

  @Test
  void vanishedGradientsAreFlatRelativeToTheirPeak() {
    Flat flat = Flat.of(UNLIKE, 1e-6, 0.1, 0.05, 1e-4).orElseThrow();
    assertEquals(1e-5, flat.evidence().get(1).value(), 1e-18);
    assertEquals(1e-4, flat.evidence().get(1).threshold());
    assertTrue(Double.isNaN(flat.evidence().get(0).threshold()), "its scores are not alike");
    assertFalse(Flat.of(UNLIKE, 1e-4, 0.1, 0.05, 1e-4).isPresent());
    assertTrue(Flat.of(UNLIKE, 0, 0, 0.05, 0).isPresent(), "no gradient from the start");
    assertTrue(flat.advice().contains("learning rate") && flat.advice().contains("activations"));
  }

  @Test
  void leadOfCouplingGroupsIsTheShareOfPairs() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int groups = random.nextInt(4, 12);
      double[][] scores = new double[3][groups];
      boolean[] coupling = new boolean[groups];
      for (int i = 0; i < groups; i++) {
        coupling[i] = i < 2 || i > 3 && random.nextBoolean();
        for (double[] metric : scores) {
          metric[i] = random.nextInt(5);
        }
      }
      double least = 1;
      for (double[] metric : scores) {
        double wins = 0;
        int pairs = 0;
        for (int i = 0; i < groups; i++) {
          for (int j = 0; j < groups; j++) {
            if (coupling[i] && !coupling[j]) {
              wins += metric[i] > metric[j] ? 1 : metric[i] == metric[j] ? 0.5 : 0;
              pairs++;
            }
          }
        }
        least = Math.min(least, wins / pairs);
      }
      CouplingFirst found = CouplingFirst.of(scores, coupling, 0).orElseThrow();
      assertEquals(least, found.lead(), 1e-12, "seed " + seed);
      assertEquals(
          least >= 0.6, CouplingFirst.of(scores, coupling, 0.6).isPresent(), "seed " + seed);
      assertTrue(found.advice().contains("latent"));
    }
  }

  @Test
  void fewPairsAreChance() {
    assertFalse(CouplingFirst.of(UNLIKE, new boolean[] {false, false, false, true}, 0).isPresent());
    assertFalse(CouplingFirst.of(UNLIKE, new boolean[] {true, true, true, false}, 0).isPresent());
  }

  @Test
  void rankingThatTurnsTwiceInARowOscillates() {
    OptionalDouble low = OptionalDouble.of(-0.2);
    OptionalDouble high = OptionalDouble.of(0.9);
    assertTrue(Oscillating.of(3, low, low, 0.5).isPresent());
    assertFalse(Oscillating.of(3, high, low, 0.5).isPresent());
    assertFalse(Oscillating.of(3, low, high, 0.5).isPresent());
    assertFalse(Oscillating.of(3, OptionalDouble.empty(), low, 0.5).isPresent());
    assertFalse(Oscillating.of(2, low, low, 0.5).isPresent());
    assertTrue(Oscillating.of(3, low, low, 0.5).orElseThrow().advice().contains("gamma"));
  }

  @Test
  void cutThatLosesMoreThanItsShareOfTheGainCollapses() {
    Collapsed found = Collapsed.of(4, 2, 3.5, 0.5).orElseThrow();
    assertEquals(
        List.of(
            new Diagnosis.Evidence("share of the gain in loss that the cut lost", 0.75, 0.5),
            new Diagnosis.Evidence("validation loss before the cut", 2, Double.NaN),
            new Diagnosis.Evidence("validation loss after the cut", 3.5, Double.NaN)),
        found.evidence());
    assertTrue(found.advice().contains("Cut less at once"), found.advice());
    assertTrue(found.advice().contains("coupling"), found.advice());
    assertFalse(Collapsed.of(4, 2, 3, 0.5).isPresent(), "exactly the threshold");
    assertTrue(Collapsed.of(4, 2, Math.nextUp(3.0), 0.5).isPresent());
    assertFalse(Collapsed.of(4, 2, 1, 0).isPresent(), "the cut helped");
    assertTrue(Collapsed.of(-1, -3, -1.5, 0.5).isPresent(), "losses may be below 0");
  }

  @Test
  void whereNothingWasGainedNothingCollapses() {
    assertFalse(Collapsed.of(2, 2, 9, 0.5).isPresent());
    assertFalse(Collapsed.of(2, 3, 9, 0.5).isPresent());
  }

  @Test
  void evidenceOfACollapseIsFiniteHoweverLittleWasGained() {
    Collapsed found = Collapsed.of(Double.MIN_VALUE, 0, 1e100, 1e100).orElseThrow();
    assertEquals(Double.MAX_VALUE, found.share());
    assertFalse(Collapsed.of(Double.MIN_VALUE, 0, -1e100, 0).isPresent());
  }

  @Test
  void lossesOfACollapseAreFinite() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> Collapsed.of(bad, 2, 3, 0.5));
      assertThrows(IllegalArgumentException.class, () -> Collapsed.of(4, bad, 3, 0.5));
      assertThrows(IllegalArgumentException.class, () -> Collapsed.of(4, 2, bad, 0.5));
    }
  }

  @Test
  void numberThatIsNotFiniteNamesItsPlace() {
    NotFinite found = new NotFinite("l1_norm", Double.NaN, "encoder.1", 2, 5);
    assertTrue(
        found.advice().endsWith("l1_norm of group encoder.1 is NaN in epoch 2, batch 5."),
        found.advice());
    assertTrue(new NotFinite("f", Double.NaN, "g".repeat(9999), 0, -1).advice().length() < 300);
    assertThrows(IllegalArgumentException.class, () -> new NotFinite("f", 1, "", 0, 0));
  }
}

package dev.espalier.experiment.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class HolmTest {
  @Test
  void adjustsAsRDoes() {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assertArrayEquals(
        new double[] {0.03, 0.06, 0.06, 0.02},
        Holm.adjusted(new double[] {0.01, 0.04, 0.03, 0.005}),
        1e-12);
  }

  @Test
  void staysAtMostOneAndTakesAnyNumber() {
    assertArrayEquals(new double[] {1, 1}, Holm.adjusted(new double[] {0.6, 1}));
    assertArrayEquals(new double[] {0.6}, Holm.adjusted(new double[] {0.6}));
    assertArrayEquals(new double[0], Holm.adjusted(new double[0]));
  }

  @Test
  void whatIsNoProbabilityIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Holm.adjusted(new double[] {0.5, Double.NaN}));
    assertThrows(IllegalArgumentException.class, () -> Holm.adjusted(new double[] {-0.1}));
  }
}

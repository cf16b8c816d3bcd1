package dev.espalier.experiment.sanity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CutRowTest {
  private static CutRow row(double before, double after, String... words) {
    return new CutRow("at-the-end", 0.3, 1, before, after, List.of(words));
  }

  @Test
  void lossIsMeasuredByWhatTrainingGained() {
    assertEquals(0.25, row(0.2, 0.4).lost(), 1e-12);
    assertEquals(-0.125, row(0.2, 0.1).lost(), 1e-12);
  }

  @Test
  void whereNextToNothingWasGainedATenthOfTheLossCounts() {
    assertEquals(0.1, row(1, 1.01).lost(), 1e-9);
  }

  @Test
  void onlyWordsOfACollapseReportOne() {
    assertTrue(row(0.2, 0.4, "FLAT", "COLLAPSED").reported());
    assertTrue(row(0.2, 0.4, "the loss collapsed after the cut").reported());
    assertFalse(row(0.2, 0.4, "FLAT").reported());
  }
}

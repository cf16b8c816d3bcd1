package dev.espalier.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.training.v1.Thresholds;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CutLossTest {
  private static final Thresholds NONE = Thresholds.getDefaultInstance();

  private static CutLoss loss(double initial, double before, double after) {
    return new CutLoss(OptionalDouble.of(initial), before, after);
  }

  @Test
  void lossIsMeasuredByWhatTrainingHadGained() {
    assertEquals(0.75, loss(4, 2, 3.5).lost().orElseThrow());
    assertEquals(-0.5, loss(4, 2, 1).lost().orElseThrow());
    assertEquals(OptionalDouble.empty(), loss(2, 2, 9).lost());
    assertEquals(OptionalDouble.empty(), loss(2, 3, 9).lost());
    assertEquals(OptionalDouble.empty(), new CutLoss(OptionalDouble.empty(), 2, 9).lost());
  }

  @Test
  void moreThanHalfIsACollapseUnlessAnotherShareIsGiven() {
    assertTrue(loss(4, 2, 3).warning(1, NONE).isEmpty());
    assertTrue(loss(4, 2, Math.nextUp(3.0)).warning(1, NONE).isPresent());
    Thresholds lenient = Thresholds.newBuilder().setCollapsedShare(0.75).build();
    assertTrue(loss(4, 2, 3.5).warning(1, lenient).isEmpty());
    assertTrue(loss(4, 2, 3.6).warning(1, lenient).isPresent());
    Thresholds strict = Thresholds.newBuilder().setCollapsedShare(0).build();
    assertTrue(loss(4, 2, 2).warning(1, strict).isEmpty());
    assertTrue(loss(4, 2, 2.1).warning(1, strict).isPresent());
    assertTrue(loss(2, 2, 9).warning(1, strict).isEmpty());
  }

  @Test
  void warningSaysTheNumbersAndWhatToDo() {
    String words = loss(4, 2, 3.5).warning(3, NONE).orElseThrow();
    assertTrue(
        words.startsWith(
            "the cut after 3 epochs collapsed the network: the validation loss went from 2.000 to"
                + " 3.500 (4.000 before training), 75 % of what training had gained is lost; cut"
                + " less at once"),
        words);
  }
}

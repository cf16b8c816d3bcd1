package dev.espalier.trainer.penalty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CoefficientBoardTest {
  private static final Duration FOREVER = Duration.ofDays(1);

  private final CoefficientBoard board = new CoefficientBoard(() -> {});

  @Test
  void waitsForTheEpochAskedFor() throws Exception {
    Thread later = Thread.ofVirtual().unstarted(() -> board.put(coefficients(1)));
    board.put(coefficients(0));
    later.start();

    boolean here = board.await(1, FOREVER);

    assertTrue(here);
    assertEquals(1, board.newest().orElseThrow().epoch());
  }

  @Test
  void doesNotWaitForAServiceThatCannotBeReached() throws Exception {
    board.reachable(false);

    boolean here = board.await(0, FOREVER);

    assertFalse(here);
  }

  @Test
  void stopsWaitingWhenTheServiceIsLost() throws Exception {
    Thread.ofVirtual().start(() -> board.reachable(false));

    boolean here = board.await(0, FOREVER);

    assertFalse(here);
  }

  @Test
  void givesUpInBoundedTime() throws Exception {
    boolean here = board.await(0, Duration.ofMillis(1));

    assertFalse(here);
  }

  @Test
  void olderCoefficientsAreIgnored() {
    board.put(coefficients(2));

    board.put(coefficients(1));

    assertEquals(2, board.newest().orElseThrow().epoch());
  }

  private static Coefficients coefficients(int epoch) {
    return new Coefficients(epoch, Map.of("g", 1.0), 0.1);
  }
}

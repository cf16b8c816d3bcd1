package dev.espalier.experiment.workflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.Setup;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemeTest {
  @Test
  void severalCutsRemoveTogetherWhatOneRemoves() {
    for (double removed : new double[] {0.1, 0.5, 0.7, 0.9}) {
      assertEquals(removed, Scheme.shareOfEach(removed, 1), 1e-12);
      for (int cuts : new int[] {2, 4}) {
        double kept = 1;
        for (int i = 0; i < cuts; i++) {
          kept -= kept * Scheme.shareOfEach(removed, cuts);
        }
        assertEquals(1 - removed, kept, 1e-12);
      }
    }
  }

  @Test
  void lastCutsFallTogether() {
    assertEquals(List.of(2, 4, 6, 8), Scheme.FOUR.cuts(12));
    assertEquals(List.of(4, 8), Scheme.TWO.cuts(12));
    assertEquals(List.of(8), Scheme.ONE.cuts(12));
    assertEquals(List.of(8), Scheme.AFTER.cuts(12));
    assertEquals(List.of(11), Scheme.LATE.cuts(12));
    assertEquals(List.of(), Scheme.NEVER.cuts(12));
    for (boolean quick : new boolean[] {false, true}) {
      int epochs = Workflow.epochs(quick);
      for (Scheme scheme : Scheme.values()) {
        List<Integer> cuts = scheme.cuts(epochs);
        assertEquals(List.copyOf(new HashSet<>(cuts)).size(), cuts.size());
        assertTrue(cuts.stream().allMatch(cut -> cut >= 1 && cut < epochs), scheme::label);
      }
    }
  }

  @Test
  void everySchemeIsACellOfEachShareAndNeverIsOne() {
    List<Cell> cells = new Workflow().cells(new Setup(5, false, Optional.empty()));
    assertEquals(5 * (2 * 6 + 1), cells.size());
    assertEquals(cells.size(), new HashSet<>(cells.stream().map(Cell::key).toList()).size());
    assertEquals("removed_percent=0,scheme=never,seed=1", cells.getFirst().key());
    for (Scheme scheme : Scheme.values()) {
      assertEquals(scheme, Scheme.of(scheme.label()));
    }
    assertThrows(IllegalArgumentException.class, () -> Scheme.of("sometimes"));
  }
}

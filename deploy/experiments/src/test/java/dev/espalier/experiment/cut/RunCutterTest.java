package dev.espalier.experiment.cut;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.importance.v1.UnitEvidence;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunCutterTest {
  private static UnitEvidence stretch(String group, double... taylor) {
    UnitEvidence.Builder stretch = UnitEvidence.newBuilder().setGroupId(group);
    for (double value : taylor) {
      stretch.addTaylor(value);
    }
    return stretch.build();
  }

  @Test
  void stretchesOfAGroupAreJoinedInTheirOrder() {
    Map<String, double[]> taylor =
        RunCutter.taylor(List.of(stretch("a", 1, 2), stretch("b", 3), stretch("a", 4)));
    assertArrayEquals(new double[] {1, 2, 4}, taylor.get("a"));
    assertArrayEquals(new double[] {3}, taylor.get("b"));
  }

  @Test
  void turnedAroundTheMostImportantGoesFirst() {
    RunCutter turned =
        new RunCutter(null, Map.of("a", 0.5, "b", 0.0), Map.of("a", new double[] {1, 4, 0}))
            .turned();
    assertArrayEquals(new double[] {3, 0, 4}, turned.taylor().get("a"));
    assertEquals(2, turned.importance().get("a"));
    assertEquals(1e12, turned.importance().get("b"));
  }
}

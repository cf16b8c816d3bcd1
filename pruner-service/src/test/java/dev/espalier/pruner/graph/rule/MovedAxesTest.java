package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Traced;
import org.junit.jupiter.api.Test;

/** Random graphs of all operators that move axes, in operator sets that spell them differently. */
class MovedAxesTest {
  private static final int[] OPSETS = {9, 11, 12, 13, 17, 18};

  @Test
  void everyRandomCutEqualsItsTwin() {
    int cuttable = 0;
    for (int seed = 0; seed < 400; seed++) {
      OnnxModel model = RandomShapes.network(seed, OPSETS[seed % OPSETS.length]);
      Traced traced = new Pruner().analyze(model);
      try {
        Cuts.random(traced, seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
      cuttable += (int) traced.graph().groups().stream().mapToInt(Group::units).filter(u -> u > 1).count();
    }
    assertTrue(cuttable > 800, cuttable + " groups of several units");
  }

  @Test
  void everyGroupAloneEqualsItsTwin() {
    for (int seed = 1000; seed < 1040; seed++) {
      Cuts.eachGroup(RandomShapes.network(seed, OPSETS[seed % OPSETS.length]), seed);
    }
  }
}

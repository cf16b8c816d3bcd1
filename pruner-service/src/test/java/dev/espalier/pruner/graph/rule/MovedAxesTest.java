package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Traced;
import org.junit.jupiter.api.Test;

/** Random graphs of all operators that move axes, in operator sets that spell them differently. */
class MovedAxesTest {
  private static final int[] OPSETS = {9, 11, 12, 13, 17, 18};

  @Test
  void everyRandomCutEqualsItsTwin() {
    int cuttable = 0;
    for (int seed = 0; seed < 240; seed++) {
      OnnxModel model = RandomShapes.network(seed, OPSETS[seed % OPSETS.length]);
      try {
        Traced traced = new Pruner().analyze(model);
        Cuts.random(traced, seed);
        cuttable += (int) traced.graph().groups().stream().filter(g -> g.units() > 1).count();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertTrue(cuttable > 400, cuttable + " groups of several units");
  }

  @Test
  void everyGroupAloneEqualsItsTwin() {
    for (int seed = 1000; seed < 1024; seed++) {
      Cuts.eachGroup(RandomShapes.network(seed, OPSETS[seed % OPSETS.length]), seed);
    }
  }
}

package dev.espalier.pruner.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.RandomNetworks;
import dev.espalier.pruner.Units;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Slice;
import dev.espalier.pruner.graph.Traced;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WeightScoreTest {
  @Test
  void countsEachParameterOfAUnitOnce() {
    int units = 0;
    for (long seed = 0; seed < 60; seed++) {
      OnnxModel model = RandomNetworks.network(seed);
      Traced traced = new Pruner().analyze(model);
      for (int g = 0; g < traced.graph().groups().size(); g++) {
        Group group = traced.graph().groups().get(g);
        double[] l1 = WeightScore.L1.scores(traced, g);
        double[] l2 = WeightScore.L2.scores(traced, g);
        for (int u = 0; u < group.units(); u++) {
          double[] expected = sums(model, Units.slices(group, u));
          assertEquals(expected[0], l1[u], 1e-9 * expected[0], "seed " + seed);
          assertEquals(Math.sqrt(expected[1]), l2[u], 1e-9 * expected[1] + 1e-12, "seed " + seed);
          units++;
        }
      }
    }
    assertTrue(units > 1000, units + " units");
  }

  @Test
  void weightsThatAreNotFiniteAreAnError() {
    OnnxModel model = Networks.autoencoder(2, 2, 2, 1);
    Tensor bad = Tensor.of("encoder.0.bias", new int[] {2}, new float[] {1, Float.NaN});
    OnnxModel spoilt = model.withInitializers(List.of(bad));
    Traced traced = new Pruner().analyze(spoilt);

    OnnxException e = assertThrows(OnnxException.class, () -> WeightScore.L2.scores(traced, 0));

    assertTrue(e.getMessage().contains("encoder.0"), e.getMessage());
  }

  private static double[] sums(OnnxModel model, List<Slice> slices) {
    double[] sums = new double[2];
    Set<String> counted = new HashSet<>();
    for (Slice slice : slices) {
      Tensor tensor = model.initializers().get(slice.initializer());
      float[] values = tensor.floats();
      int columns = tensor.dims().length == 2 ? tensor.dims()[1] : 1;
      for (int at = 0; at < values.length; at++) {
        int index = slice.axis() == 0 ? at / columns : at % columns;
        boolean in = java.util.Arrays.stream(slice.index()).anyMatch(i -> i == index);
        if (in && counted.add(tensor.name() + at)) {
          sums[0] += Math.abs(values[at]);
          sums[1] += (double) values[at] * values[at];
        }
      }
    }
    return sums;
  }
}

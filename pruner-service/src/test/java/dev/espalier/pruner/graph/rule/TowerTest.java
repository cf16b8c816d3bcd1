package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.cut.KeptIndices;
import dev.espalier.pruner.graph.AxisTracer;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.verify.MaskedTwin;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A large network of known groups: thousands of nodes are traced, cut and masked. */
class TowerTest {
  @Test
  void everyBlockHasItsGroups() {
    Traced traced = AxisTracer.trace(Tower.of(10_000, 16), StandardRules.ALL);
    long layers = count(traced, "Relu");
    long attentions = count(traced, "Softmax");
    long grown = count(traced, "Concat");
    long streams = 1 + grown / 3;

    assertEquals(layers + attentions + grown + streams, traced.graph().groups().size());

    int[][] removed =
        traced.graph().groups().stream()
            .map(group -> group.units() > 2 ? new int[] {1} : new int[0])
            .toArray(int[][]::new);
    Survivors survivors = new Survivors(traced, removed);
    OnnxModel pruned = Cut.apply(traced, survivors, Map.of());
    assertEquals(traced.model().nodes().size(), pruned.nodes().size());
    assertEquals(traced.model().parameters() - gone(traced, survivors), pruned.parameters());
    assertEquals(traced.model().outputs(), MaskedTwin.of(traced, survivors).outputs(), "outputs");
  }

  private static long count(Traced traced, String operator) {
    return traced.model().nodes().stream().filter(node -> node.operator().equals(operator)).count();
  }

  private static long gone(Traced traced, Survivors survivors) {
    long gone = 0;
    for (Map.Entry<String, Map<Integer, int[]>> entry :
        KeptIndices.of(traced, survivors).byInitializer().entrySet()) {
      int[] dims = traced.model().initializers().get(entry.getKey()).dims().clone();
      gone += product(dims);
      entry.getValue().forEach((axis, kept) -> dims[axis] = kept.length);
      gone -= product(dims);
    }
    return gone;
  }

  private static long product(int[] dims) {
    long product = 1;
    for (int dim : dims) {
      product *= dim;
    }
    return product;
  }
}

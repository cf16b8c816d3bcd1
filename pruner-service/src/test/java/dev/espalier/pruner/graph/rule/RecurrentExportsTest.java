package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Group;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Stacked recurrent layers as exporters write them, batch first around them. */
class RecurrentExportsTest {
  private static final int STEPS = 4;

  @Test
  void stackedLayersAreCutExactly() {
    int units = 0;
    for (long seed = 0; seed < 80; seed++) {
      OnnxModel model = network(new SplittableRandom(seed));
      List<Group> groups = new Pruner().analyze(model).graph().groups();
      assertEquals(3, groups.size(), "seed " + seed);
      units += groups.stream().mapToInt(Group::units).sum();
      Cuts.exact(model, seed);
    }
    assertTrue(units > 80 * 6, units + " units");
  }

  /** Two layers, then their last step or every step; both directions side by side. */
  private static OnnxModel network(SplittableRandom random) {
    TestGraph graph = new TestGraph(random);
    int directions = 1 + random.nextInt(2);
    int width = 2 + random.nextInt(3);
    String x = graph.node("Tanh", graph.dense(graph.input("x", -1, STEPS, 3), 3, width));
    x = graph.node("Transpose", List.of(x), Map.of("perm", new long[] {1, 0, 2}));
    for (int layer = 0; layer < 2; layer++) {
      int hidden = 2 + random.nextInt(5);
      x = layer(graph, random, x, width, hidden, directions);
      width = directions * hidden;
    }
    x = graph.node("Transpose", List.of(x), Map.of("perm", new long[] {1, 0, 2}));
    if (random.nextBoolean()) {
      graph.output(graph.dense(x, width, 2), -1, STEPS, 2);
    } else {
      graph.initializer(Tensor.of("last", new int[0], new long[] {STEPS - 1}));
      String last = graph.node("Gather", List.of(x, "last"), Map.of("axis", 1));
      graph.output(graph.dense(last, width, 2), -1, 2);
    }
    return graph.build();
  }

  private static String layer(
      TestGraph graph, SplittableRandom random, String x, int width, int hidden, int directions) {
    String operator = random.nextBoolean() ? "LSTM" : "GRU";
    int gates = (operator.equals("LSTM") ? 4 : 3) * hidden;
    List<String> inputs =
        List.of(
            x,
            graph.weight("w." + x, directions, gates, width),
            graph.weight("r." + x, directions, gates, hidden),
            graph.weight("b." + x, directions, 2 * gates));
    Map<String, Object> how =
        Map.of("hidden_size", hidden, "direction", directions == 2 ? "bidirectional" : "forward");
    String y = graph.node(operator, inputs, how);
    if (directions == 1) {
      return graph.node("Squeeze", y, graph.ints("one." + x, 1));
    }
    String turned = graph.node("Transpose", List.of(y), Map.of("perm", new long[] {0, 2, 1, 3}));
    return graph.node("Reshape", turned, graph.ints("flat." + x, 0, 0, -1));
  }
}

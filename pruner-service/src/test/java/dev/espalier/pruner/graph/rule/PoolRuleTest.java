package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolRuleTest {
  @Test
  void everyPoolOfEveryRankPassesChannels() {
    int cut = 0;
    for (String operator : new PoolRule().operators()) {
      for (int rank = 1; rank <= 3; rank++) {
        Sketch sketch = new Sketch(rank);
        int[] kernel = new int[rank];
        Arrays.fill(kernel, 1);
        String h =
            sketch.conv(
                sketch.input(Arrays.copyOf(new int[] {-1, 3, 4, 5, 4}, rank + 2)), 3, 8, kernel);
        Map<String, Object> how = new HashMap<>();
        if (!operator.startsWith("Global")) {
          long[] window = new long[rank];
          Arrays.fill(window, 2);
          how.put("kernel_shape", window);
          how.put("strides", window);
        }
        h = sketch.node(operator, how, h);
        OnnxModel model = sketch.build(sketch.conv(h, 8, 2, kernel));
        assertEquals(
            List.of(8),
            new Pruner().analyze(model).graph().groups().stream().map(Group::units).toList());
        Cuts.exact(model, rank);
        cut++;
      }
    }
    assertEquals(18, cut);
  }

  @Test
  void positionsThroughAllChannelsHoldThemAll() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(-1, 3, 4), 3, 8, 1);
    List<String> made = sketch.nodes("MaxPool", 2, Map.of("kernel_shape", new long[] {2}), h);
    DependencyGraph graph =
        new Pruner().analyze(sketch.build(sketch.conv(made.get(0), 8, 2, 1), made.get(1))).graph();

    assertEquals(List.of(), graph.groups());
    assertTrue(graph.declined().toString().contains("counts positions"));
  }
}

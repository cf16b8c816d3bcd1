package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RotaryEmbeddingRuleTest {
  private static final int STEPS = 4;
  private static final int FEATURES = 5;

  @Test
  void wholeHeadsAreCutExactly() {
    for (long seed = 0; seed < 60; seed++) {
      OnnxModel model = network(seed);
      assertEquals(1, new Pruner().analyze(model).graph().groups().size(), "seed " + seed);
      Cuts.exact(model, seed);
    }
  }

  private static OnnxModel network(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean own = random.nextBoolean();
    TestGraph graph = new TestGraph(random).opset(own ? 23 : 17);
    int heads = 2 + random.nextInt(4);
    int size = 4 * (1 + random.nextInt(2));
    graph.input("x", 2, STEPS, FEATURES);
    String x = graph.dense("x", FEATURES, heads * size);
    boolean half = random.nextBoolean();
    String cosines = graph.weight("cosines", 8, half ? size / 4 : size / 2);
    String sines = graph.weight("sines", 8, half ? size / 4 : size / 2);
    String positions = graph.longs("positions", new int[] {2, STEPS}, 0, 1, 2, 3, 1, 3, 5, 7);
    Map<String, Object> how = new LinkedHashMap<>();
    if (half) {
      how.put("rotary_embedding_dim", size / 2);
    }
    if (half || own || random.nextBoolean()) {
      how.put("num_heads", heads);
    }
    how.put("interleaved", random.nextInt(2));
    String y =
        own
            ? graph.node("RotaryEmbedding", List.of(x, cosines, sines, positions), how)
            : graph.node(
                "com.microsoft.RotaryEmbedding", List.of(x, positions, cosines, sines), how);
    graph.output(graph.dense(y, heads * size, 2), 2, STEPS, 2);
    return graph.build();
  }
}

package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.verify.Verification;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Encoders of attention operators, residual sums, normalisations and two-layer perceptrons. */
class TransformerTest {
  private static final int STEPS = 4;

  private enum Attention {
    PACKED,
    SEPARATE,
    STANDARD
  }

  @Test
  void headsAndHiddenUnitsAreCutExactlyAndTheStreamNot() {
    int exact = 0;
    for (long seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Traced traced = new Pruner().analyze(network(random));
      List<Group> groups = traced.graph().groups();
      int[][] removed = new int[groups.size()][0];
      for (int g = 0; g < removed.length; g++) {
        if (!isStream(groups.get(g))) {
          removed[g] = Cuts.units(groups.get(g), random);
          exact += removed[g].length;
        }
      }
      Verification verification = Cuts.check(traced, removed, "seed " + seed);
      assertTrue(verification.exact(), () -> "seed " + verification);

      for (int g = 0; g < removed.length; g++) {
        if (isStream(groups.get(g))) {
          removed[g] = new int[] {1, 2};
        }
      }
      assertFalse(Cuts.check(traced, removed, "seed " + seed).exact());
    }
    assertTrue(exact > 200, exact + " units");
  }

  @Test
  void aBlockHasThreeGroups() {
    TestGraph graph = new TestGraph(new SplittableRandom(1)).opset(23);
    int width = 6;
    String x = graph.dense(graph.input("x", -1, STEPS, 3), 3, width);
    x = block(graph, x, width, 3, 10, Attention.STANDARD, false);
    graph.output(graph.dense(x, width, 2), -1, STEPS, 2);

    List<Group> groups = new Pruner().analyze(graph.build()).graph().groups();

    assertEquals(
        List.of(3, 6, 10), groups.stream().map(Group::units).sorted().toList(), groups.toString());
  }

  /** What every residual sum goes through is named in more tensors than any other group. */
  private static boolean isStream(Group group) {
    return group.slices().stream().anyMatch(slice -> slice.initializer().startsWith("gamma"));
  }

  private static OnnxModel network(SplittableRandom random) {
    Attention attention = Attention.values()[random.nextInt(3)];
    TestGraph graph = new TestGraph(random).opset(attention == Attention.STANDARD ? 23 : 17);
    int heads = 2 + random.nextInt(3);
    int width = heads * (2 + random.nextInt(2));
    String x = graph.dense(graph.input("x", -1, STEPS, 3), 3, width);
    boolean fused = random.nextBoolean();
    for (int block = 1 + random.nextInt(2); block > 0; block--) {
      x = block(graph, x, width, heads, 3 + random.nextInt(8), attention, fused);
    }
    graph.output(graph.dense(x, width, 2), -1, STEPS, 2);
    return graph.build();
  }

  private static String block(
      TestGraph graph,
      String x,
      int width,
      int heads,
      int hidden,
      Attention attention,
      boolean fused) {
    String y = graph.dense(attend(graph, x, width, heads, attention), width, width);
    String z = normalise(graph, x, y, width, fused);
    String up = graph.dense(z, width, hidden);
    up = graph.node("com.microsoft.BiasGelu", up, graph.weight("up." + up, hidden));
    return normalise(graph, z, graph.dense(up, hidden, width), width, fused);
  }

  private static String attend(
      TestGraph graph, String x, int width, int heads, Attention attention) {
    return switch (attention) {
      case PACKED ->
          graph.node(
              "com.microsoft.Attention",
              List.of(
                  x,
                  graph.weight("qkv." + x, width, 3 * width),
                  graph.weight("bias." + x, 3 * width)),
              Map.of("num_heads", heads));
      case SEPARATE ->
          graph.node(
              "com.microsoft.MultiHeadAttention",
              projections(graph, x, width),
              Map.of("num_heads", heads));
      case STANDARD ->
          graph.node(
              "Attention",
              projections(graph, x, width),
              Map.of("q_num_heads", heads, "kv_num_heads", heads));
    };
  }

  private static List<String> projections(TestGraph graph, String x, int width) {
    return List.of(
        graph.dense(x, width, width), graph.dense(x, width, width), graph.dense(x, width, width));
  }

  private static String normalise(TestGraph graph, String x, String y, int width, boolean fused) {
    String gamma = graph.weight("gamma." + y, width);
    String beta = graph.weight("beta." + y, width);
    return fused
        ? graph.node("com.microsoft.SkipLayerNormalization", x, y, gamma, beta)
        : graph.node("LayerNormalization", graph.node("Add", x, y), gamma, beta);
  }
}

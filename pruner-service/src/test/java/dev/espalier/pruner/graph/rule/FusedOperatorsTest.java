package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.verify.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FusedOperatorsTest {
  private static final String RUNTIME = "com.microsoft.";

  @Test
  void matrixProducts() {
    for (long seed = 0; seed < 80; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TestGraph graph = new TestGraph(random);
      int width = 3 + random.nextInt(5);
      String x = graph.dense(graph.input("x", -1, 4, 3), 3, width);
      String y = graph.dense("x", 3, width);
      int transposed = random.nextInt(2);
      String w = transposed == 1 ? graph.weight("w", 6, width) : graph.weight("w", width, 6);
      String z =
          graph.node(
              RUNTIME + "FusedMatMul", List.of(x, w), Map.of("transB", transposed, "alpha", 0.5f));
      Map<String, Object> how = Map.of("transA", 1, "alpha", 0.3f);
      String gram = graph.node(RUNTIME + "FusedMatMul", List.of(z, y), how);
      graph.output(graph.dense(gram, width, 2), -1, 6, 2);
      OnnxModel model = graph.build();
      assertTrue(new Pruner().analyze(model).graph().groups().size() >= 1, "seed " + seed);
      Cuts.exact(model, seed);
    }
  }

  @Test
  void layersWithActivations() {
    for (long seed = 0; seed < 60; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TestGraph graph = new TestGraph(random);
      int width = 2 + random.nextInt(6);
      int channels = 2 + random.nextInt(4);
      graph.input("x", -1, 3, 5, 5);
      String x = graph.node("Conv", "x", graph.weight("first", channels, 3, 1, 1));
      List<String> inputs = new ArrayList<>(List.of(x, graph.weight("w", width, channels, 3, 3)));
      inputs.add(graph.weight("b", width));
      if (random.nextBoolean()) {
        inputs.add(graph.node("Conv", "x", graph.weight("v", width, 3, 3, 3)));
      }
      String y = graph.node(RUNTIME + "FusedConv", inputs, Map.of("activation", "Relu"));
      String pooled = graph.node("Flatten", graph.node("GlobalAveragePool", y));
      String z =
          graph.node(
              RUNTIME + "FusedGemm",
              List.of(pooled, graph.weight("g", 5, width), graph.weight("h", 5)),
              Map.of("transB", 1, "activation", "Tanh"));
      graph.output(graph.dense(z, 5, 2), -1, 2);
      OnnxModel model = graph.build();
      assertEquals(3, new Pruner().analyze(model).graph().groups().size());
      Cuts.exact(model, seed);
    }
  }

  @Test
  void normalisedSumsAgreeWithWhatStays() {
    for (long seed = 0; seed < 80; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TestGraph graph = new TestGraph(random);
      boolean layer = random.nextBoolean();
      int width = 4 + random.nextInt(6);
      graph.input("x", -1, 4, 3);
      List<String> inputs = new ArrayList<>();
      inputs.add(graph.dense("x", 3, width));
      inputs.add(graph.dense("x", 3, width));
      inputs.add(graph.weight("gamma", width));
      if (layer) {
        inputs.add(graph.weight("beta", width));
      }
      if (random.nextBoolean()) {
        inputs.add(graph.weight("bias", width));
      }
      String name = layer ? "SkipLayerNormalization" : "SkipSimplifiedLayerNormalization";
      // A variance near 0, of two units that stay, would make much of rounding.
      Map<String, Object> how = Map.of("epsilon", random.nextBoolean() ? 0.1f : 0.01f);
      List<String> outputs = List.of("y", "", "", "sum");
      graph.nodes(RUNTIME + name, inputs, outputs, how);
      String z = graph.node("Add", graph.node("Tanh", "y"), "sum");
      graph.output(graph.dense(z, width, 2), -1, 4, 2);
      OnnxModel model = graph.build();
      Verification verification = Cuts.random(model, seed);
      assertTrue(
          verification.maxAbsolute() == 0 || !verification.exact(), "seed " + seed + verification);
      if (seed < 10) {
        Cuts.eachGroup(model, seed);
      }
    }
  }

  @Test
  void simulatedRoundingPasses() {
    TestGraph graph = new TestGraph(new SplittableRandom(4));
    graph.input("x", -1, 3);
    graph.weight("w", 3, 6);
    graph.initializer(Tensor.of("scale", new int[] {6}, new float[] {1, 2, 3, 4, 5, 6}));
    Map<String, Object> axis = Map.of("axis", 1);
    String rounded = graph.node("QuantizeLinear", List.of("w", "scale"), axis);
    String weight = graph.node("DequantizeLinear", List.of(rounded, "scale"), axis);
    graph.output(graph.dense(graph.node("MatMul", "x", weight), 6, 2), -1, 2);
    OnnxModel model = graph.build();
    for (long seed = 0; seed < 10; seed++) {
      Cuts.exact(model, seed);
    }
    assertEquals(6, new Pruner().analyze(model).graph().groups().getFirst().units());
  }

  @Test
  void quantisedWeightsAreNamed() {
    TestGraph graph = new TestGraph(new SplittableRandom(4));
    String x = graph.dense(graph.input("x", -1, 3), 3, 5);
    byte[] bytes = new byte[30];
    graph.initializer(
        new Tensor("w", ElementType.INT8, new int[] {5, 6}, ByteString.copyFrom(bytes)));
    graph.initializer(Tensor.of("scale", new int[0], new float[] {0.1f}));
    String weight = graph.node("DequantizeLinear", "w", "scale");
    graph.output(graph.dense(graph.node("MatMul", x, weight), 6, 2), -1, 2);

    DependencyGraph traced = new Pruner().analyze(graph.build()).graph();

    assertTrue(traced.groups().isEmpty());
    assertFalse(
        traced.declined().stream()
            .filter(place -> place.reason().contains("before it is quantised"))
            .toList()
            .isEmpty(),
        traced.declined().toString());
  }
}

package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.verify.Verification;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Exact where each channel is normalised by itself; else approximate, and equal to what stays. */
class NormalizationTest {
  private static List<Integer> units(OnnxModel model) {
    return new Pruner().analyze(model).graph().groups().stream().map(Group::units).toList();
  }

  /** All units but a few go, then a few; never exact. */
  private static void approximate(OnnxModel model, int... units) {
    assertEquals(Arrays.stream(units).boxed().toList(), units(model));
    boolean exact = true;
    for (long seed = 0; seed < 3; seed++) {
      Verification verification = Cuts.random(model, seed);
      exact &= verification.exact();
    }
    assertFalse(exact, "approximate");
    Cuts.eachGroup(model, 1);
  }

  @Test
  void batchNormalizationIsExact() {
    for (int opset : new int[] {7, 9, 14, 15, 17}) {
      for (int rank = 0; rank < 3; rank++) {
        Sketch sketch = new Sketch(opset + rank).opset(opset);
        int[] shape = {-1, 3, 4, 4};
        String x = sketch.input(Arrays.copyOf(shape, rank + 2));
        int[] kernel = new int[rank];
        Arrays.fill(kernel, 1);
        String h = rank == 0 ? sketch.dense(x, 3, 8) : sketch.conv(x, 3, 8, kernel);
        String variance = sketch.weight(2, 0.1, 8);
        h =
            sketch.node(
                "BatchNormalization",
                h,
                sketch.weight(8),
                sketch.weight(8),
                sketch.weight(8),
                variance);
        OnnxModel model =
            sketch.build(rank == 0 ? sketch.dense(h, 8, 2) : sketch.conv(h, 8, 2, kernel));
        assertEquals(List.of(8), units(model));
        Cuts.exact(model, 1);
        Cuts.eachGroup(model, 1);
      }
    }
  }

  @Test
  void batchNormalizationInTrainingIsDeclined() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(-1, 3, 4), 3, 8, 1);
    List<String> made =
        sketch.nodes(
            "BatchNormalization",
            3,
            Map.of("training_mode", 1),
            h,
            sketch.weight(8),
            sketch.weight(8),
            sketch.weight(8),
            sketch.weight(2, 0.1, 8));

    assertEquals(List.of(), units(sketch.build(sketch.conv(made.getFirst(), 8, 2, 1))));
  }

  @Test
  void instanceNormalizationIsExactForChannels() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(-1, 3, 5, 5), 3, 8, 3, 3);
    h = sketch.node("InstanceNormalization", h, sketch.weight(8), sketch.weight(8));
    OnnxModel model = sketch.build(sketch.conv(h, 8, 2, 1, 1));

    assertEquals(List.of(8), units(model));
    Cuts.exact(model, 1);
    Cuts.eachGroup(model, 1);
  }

  @Test
  void instanceNormalizationOverUnitsIsApproximate() {
    for (int opset : new int[] {11, 17, 18}) {
      Sketch sketch = new Sketch(1).opset(opset);
      String h = sketch.dense(sketch.input(2, 3, 4, 5), 5, 8);
      h = sketch.node("InstanceNormalization", h, sketch.weight(3), sketch.weight(3));
      approximate(sketch.build(sketch.dense(h, 8, 2)), 8);
    }
  }

  @Test
  void layerNormalizationOverUnitsIsApproximate() {
    for (String operator : List.of("LayerNormalization", "SimplifiedLayerNormalization")) {
      for (boolean bias : new boolean[] {true, false}) {
        Sketch sketch = new Sketch(1);
        String h = sketch.dense(sketch.input(-1, 3, 5), 5, 8);
        String scale = sketch.weight(8);
        Map<String, Object> how = Map.of("epsilon", 0.01f);
        h =
            bias && operator.startsWith("L")
                ? sketch.node(operator, how, h, scale, sketch.weight(8))
                : sketch.node(operator, how, h, scale);
        approximate(sketch.build(sketch.dense(h, 8, 2)), 8);
      }
    }
  }

  @Test
  void rootMeanSquareNormalizationOverUnitsIsApproximate() {
    Sketch sketch = new Sketch(1).opset(23);
    String h = sketch.dense(sketch.input(-1, 3, 5), 5, 8);
    h = sketch.node("RMSNormalization", h, sketch.weight(8));
    approximate(sketch.build(sketch.dense(h, 8, 2)), 8);
  }

  @Test
  void layerNormalizationOverSeveralAxesAndItsStatistics() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(-1, 3, 4, 4), 3, 8, 1, 1);
    List<String> made =
        sketch.nodes(
            "LayerNormalization",
            3,
            Map.of("axis", 1),
            h,
            sketch.weight(8, 4, 4),
            sketch.weight(8, 4, 4));
    String y = sketch.conv(made.get(0), 8, 2, 1, 1);
    approximate(sketch.build(y, made.get(1), made.get(2)), 8);
  }

  @Test
  void layerNormalizationOverOtherAxesIsExact() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(-1, 3, 6), 3, 8, 1);
    h = sketch.node("LayerNormalization", h, sketch.weight(6), sketch.weight(6));
    OnnxModel model = sketch.build(sketch.conv(h, 8, 2, 1));

    assertEquals(List.of(8), units(model));
    Cuts.exact(model, 1);
  }

  @Test
  void layerNormalizationAsExportersWriteIt() {
    for (int opset : new int[] {12, 17, 18}) {
      Sketch sketch = new Sketch(1).opset(opset);
      String h = sketch.dense(sketch.input(-1, 3, 5), 5, 8);
      String centred = sketch.node("Sub", h, mean(sketch, opset, h));
      String squares = sketch.node("Pow", centred, sketch.scalar(2));
      String variance = sketch.node("Add", mean(sketch, opset, squares), sketch.scalar(1e-5));
      String y = sketch.node("Div", centred, sketch.node("Sqrt", variance));
      y = sketch.node("Add", sketch.node("Mul", y, sketch.weight(8)), sketch.weight(8));
      approximate(sketch.build(sketch.dense(y, 8, 2)), 8);
    }
  }

  private static String mean(Sketch sketch, int opset, String x) {
    return opset < 18
        ? sketch.node("ReduceMean", Map.of("axes", new long[] {-1}), x)
        : sketch.node("ReduceMean", x, sketch.ints(-1));
  }

  @Test
  void groupNormalizationLosesWholeGroupsExactly() {
    for (int opset : new int[] {18, 21}) {
      Sketch sketch = new Sketch(1).opset(opset);
      int factors = opset < 21 ? 6 : 12;
      String h = sketch.conv(sketch.input(-1, 3, 4, 4), 3, 12, 1, 1);
      Map<String, Object> how = Map.of("num_groups", 6);
      h = sketch.node("GroupNormalization", how, h, sketch.weight(factors), sketch.weight(factors));
      OnnxModel model = sketch.build(sketch.conv(h, 12, 2, 1, 1));

      assertEquals(List.of(6), units(model));
      Cuts.exact(model, 1);
      Cuts.eachGroup(model, 1);
    }
  }

  @Test
  void groupNormalizationWhoseGroupsAreFixedIsApproximate() {
    for (int opset : new int[] {18, 21}) {
      Sketch sketch = new Sketch(1).opset(opset);
      int factors = opset < 21 ? 3 : 12;
      String h = sketch.conv(sketch.input(-1, 3, 4, 4), 3, 12, 3, Map.of(), 1, 1);
      Map<String, Object> how = Map.of("num_groups", 3);
      h = sketch.node("GroupNormalization", how, h, sketch.weight(factors), sketch.weight(factors));
      approximate(sketch.build(sketch.conv(h, 12, 2, 1, 1)), 4);
    }
  }

  @Test
  void lpNormalizationIsASum() {
    for (int p = 1; p <= 2; p++) {
      Sketch sketch = new Sketch(1);
      String h = sketch.dense(sketch.input(-1, 5), 5, 8);
      OnnxModel model =
          sketch.build(
              sketch.dense(sketch.node("LpNormalization", Map.of("p", p, "axis", 1), h), 8, 2));
      assertEquals(List.of(8), units(model));
      Cuts.exact(model, 1);
      Cuts.eachGroup(model, 1);
    }
  }

  @Test
  void neighboursInAWindowOfChannelsAreNeverCut() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(-1, 3, 5, 5), 3, 8, 3, 3);
    h = sketch.conv(sketch.node("LRN", Map.of("size", 3), h), 8, 4, 1, 1);
    OnnxModel model = sketch.build(sketch.conv(h, 4, 2, 1, 1));

    assertEquals(List.of(4), units(model));
    Cuts.exact(model, 1);
  }

  @Test
  void softmaxOverUnitsIsApproximate() {
    for (String operator : List.of("Softmax", "LogSoftmax")) {
      for (int opset : new int[] {8, 11, 13}) {
        Sketch sketch = new Sketch(1).opset(opset);
        String h = sketch.dense(sketch.input(2, 3, 5), 5, 8);
        Map<String, Object> how = opset < 13 ? Map.of() : Map.of("axis", 2);
        h = sketch.node(operator, how, h);
        h = operator.startsWith("L") ? sketch.node("Exp", h) : h;
        approximate(sketch.build(sketch.dense(h, 8, 2)), 8);
      }
    }
  }

  @Test
  void oldSoftmaxRunsOverAllAxesFromItsOwnOn() {
    for (int opset : new int[] {8, 11}) {
      Sketch last = new Sketch(1).opset(opset);
      String h = last.dense(last.input(2, 3, 5), 5, 8);
      approximate(last.build(last.dense(last.node("Softmax", Map.of("axis", 1), h), 8, 2)), 8);
      Sketch first = new Sketch(1).opset(opset);
      h = first.conv(first.input(2, 3, 5), 3, 8, 1);
      approximate(first.build(first.conv(first.node("Softmax", h), 8, 2, 1)), 8);
    }
  }

  @Test
  void softmaxOverAnotherAxisIsExact() {
    Sketch sketch = new Sketch(1);
    String h = sketch.dense(sketch.input(2, 3, 5), 5, 8);
    OnnxModel model =
        sketch.build(sketch.dense(sketch.node("Softmax", Map.of("axis", 1), h), 8, 2));

    assertEquals(List.of(8), units(model));
    assertTrue(Cuts.random(model, 1).exact());
  }
}

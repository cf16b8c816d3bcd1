package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.verify.Verification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Blocks of well-known convolutional networks, small. */
class ConvPatternsTest {
  private static final Map<String, Object> SAME = Map.of("pads", new long[] {1, 1, 1, 1});
  private static final Map<String, Object> HALF =
      Map.of("pads", new long[] {1, 1, 1, 1}, "strides", new long[] {2, 2});

  private interface Block {
    /** Appends to [.., 8, 6, 6] and ends with 12 channels. */
    String append(Sketch sketch, String x);
  }

  /** Stem, block, global pool, head. */
  private static OnnxModel network(long seed, Block block) {
    Sketch sketch = new Sketch(seed);
    String h = sketch.conv(sketch.input(-1, 3, 6, 6), 3, 8, 1, SAME, 3, 3);
    h = block.append(sketch, sketch.node("Relu", normalised(sketch, h, 8)));
    h = sketch.node("GlobalAveragePool", h);
    return sketch.build(sketch.conv(h, 12, 2, 1, 1));
  }

  private static void exact(Block block, Integer... units) {
    for (long seed = 0; seed < 6; seed++) {
      OnnxModel model = network(seed, block);
      List<Group> groups = new Pruner().analyze(model).graph().groups();
      assertEquals(List.of(units), groups.stream().map(Group::units).toList());
      Cuts.exact(model, seed);
      if (seed == 0) {
        Cuts.eachGroup(model, 3);
      }
    }
  }

  private static String normalised(Sketch sketch, String x, int channels) {
    return sketch.node(
        "BatchNormalization",
        x,
        sketch.weight(1, 0.2, channels),
        sketch.weight(channels),
        sketch.weight(channels),
        sketch.weight(2, 0.1, channels));
  }

  private static String unit(
      Sketch sketch, String x, int in, int out, int groups, Map<String, Object> how, int side) {
    String h = sketch.conv(x, in, out, groups, how, side, side);
    return sketch.node("Relu", normalised(sketch, h, out));
  }

  @Test
  void residualBlockWithProjection() {
    exact(
        (sketch, x) -> {
          String h = unit(sketch, x, 8, 10, 1, HALF, 3);
          h = normalised(sketch, sketch.conv(h, 10, 12, 1, SAME, 3, 3), 12);
          Map<String, Object> stride = Map.of("strides", new long[] {2, 2});
          String projected = normalised(sketch, sketch.conv(x, 8, 12, 1, stride, 1, 1), 12);
          h = sketch.node("Relu", sketch.node("Add", h, projected));
          String again = unit(sketch, h, 12, 6, 1, SAME, 3);
          return sketch.node("Add", sketch.conv(again, 6, 12, 1, SAME, 3, 3), h);
        },
        8,
        10,
        12,
        6);
  }

  @Test
  void bottleneckWithGroupedConvolution() {
    exact(
        (sketch, x) -> {
          String h = unit(sketch, x, 8, 12, 1, Map.of(), 1);
          h = unit(sketch, h, 12, 12, 3, SAME, 3);
          h = sketch.conv(h, 12, 8, 1, 1);
          return sketch.conv(sketch.node("Add", h, x), 8, 12, 1, 1);
        },
        8,
        4,
        4,
        12);
  }

  @Test
  void invertedResidualWithDepthwiseConvolution() {
    exact(
        (sketch, x) -> {
          String h = unit(sketch, x, 8, 16, 1, Map.of(), 1);
          h = unit(sketch, h, 16, 16, 16, SAME, 3);
          h = sketch.node("Clip", h, sketch.scalar(0), sketch.scalar(6));
          h = sketch.conv(h, 16, 8, 1, 1);
          return sketch.conv(sketch.node("Add", x, h), 8, 12, 1, 1);
        },
        8,
        16,
        12);
  }

  @Test
  void depthwiseWithMultiplier() {
    exact((sketch, x) -> sketch.conv(unit(sketch, x, 8, 16, 8, SAME, 3), 16, 12, 1, 1), 8, 12);
  }

  @Test
  void squeezeAndExcite() {
    exact(
        (sketch, x) -> {
          String h = unit(sketch, x, 8, 12, 1, SAME, 3);
          String s = sketch.node("GlobalAveragePool", h);
          s = sketch.node("Relu", sketch.conv(s, 12, 5, 1, 1));
          s = sketch.node("HardSigmoid", sketch.conv(s, 5, 12, 1, 1));
          return sketch.node("Mul", s, h);
        },
        8,
        12,
        5);
  }

  @Test
  void downAndUpAgain() {
    exact(
        (sketch, x) -> {
          String low =
              sketch.node(
                  "MaxPool",
                  Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2}),
                  x);
          low = unit(sketch, low, 8, 16, 1, SAME, 3);
          Map<String, Object> twice = Map.of("strides", new long[] {2, 2});
          String a =
              sketch.node(
                  "ConvTranspose", twice, low, sketch.weight(16, 8, 2, 2), sketch.weight(8));
          String scales = sketch.floats(new int[] {4}, 1, 1, 2, 2);
          String b = sketch.conv(sketch.node("Resize", low, "", scales), 16, 8, 1, 1);
          String c =
              sketch.node(
                  "DepthToSpace",
                  Map.of("blocksize", 2, "mode", "CRD"),
                  sketch.conv(low, 16, 32, 1, 1));
          String sum = sketch.node("Sum", x, a, b, c);
          return sketch.conv(sum, 8, 12, 1, 1);
        },
        8,
        16,
        12);
  }

  @Test
  void parallelBranches() {
    exact(
        (sketch, x) -> {
          String a = unit(sketch, x, 8, 3, 1, Map.of(), 1);
          String b = unit(sketch, unit(sketch, x, 8, 4, 1, Map.of(), 1), 4, 5, 1, SAME, 3);
          Map<String, Object> window =
              Map.of("kernel_shape", new long[] {3, 3}, "pads", new long[] {1, 1, 1, 1});
          String c = unit(sketch, sketch.node("MaxPool", window, x), 8, 6, 1, Map.of(), 1);
          String joined = sketch.node("Concat", Map.of("axis", 1), a, b, c);
          return sketch.conv(normalised(sketch, joined, 14), 14, 12, 1, 1);
        },
        8,
        3,
        4,
        5,
        6,
        12);
  }

  @Test
  void spatialAttentionByTheLargestChannelIsExactByTheMeanApproximate() {
    for (String operator : List.of("ReduceMax", "ReduceMean")) {
      boolean exact = true;
      for (long seed = 0; seed < 4; seed++) {
        OnnxModel model =
            network(
                seed,
                (sketch, x) -> {
                  String h = unit(sketch, x, 8, 12, 1, SAME, 3);
                  String map = sketch.node(operator, Map.of("axes", new long[] {1}), h);
                  map = sketch.node("Sigmoid", sketch.conv(map, 1, 1, 1, SAME, 3, 3));
                  return sketch.node("Mul", h, map);
                });
        assertEquals(2, new Pruner().analyze(model).graph().groups().size());
        Verification verification = Cuts.random(model, seed);
        exact &= verification.exact();
      }
      if (operator.equals("ReduceMax")) {
        assertTrue(exact, operator);
      } else {
        assertFalse(exact, operator);
      }
    }
  }
}

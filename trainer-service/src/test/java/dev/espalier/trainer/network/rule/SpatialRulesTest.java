package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OrtException;
import dev.espalier.trainer.network.Torch;
import java.util.Arrays;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SpatialRulesTest {
  private static NDManager manager;

  @BeforeAll
  static void start() {
    manager = Torch.newManager();
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsOnnxRuntimeAndFiniteDifferences(NodeCase node) throws OrtException {
    node.check(manager);
  }

  static Stream<NodeCase> cases() {
    return Stream.of(
            many(40, SpatialRulesTest::convTranspose),
            many(60, SpatialRulesTest::resize),
            many(8, SpatialRulesTest::antialias),
            many(8, SpatialRulesTest::keptRatio),
            many(6, SpatialRulesTest::oldResize),
            many(24, SpatialRulesTest::pad),
            many(6, SpatialRulesTest::depthToSpace),
            many(3, SpatialRulesTest::spaceToDepth),
            many(12, SpatialRulesTest::lpPool),
            many(3, SpatialRulesTest::globalLpPool))
        .flatMap(cases -> cases);
  }

  private static Stream<NodeCase> many(int count, LongFunction<NodeCase> random) {
    return LongStream.range(0, count).mapToObj(random);
  }

  private static NodeCase convTranspose(long seed) {
    NodeCase node = new NodeCase("ConvTranspose", seed);
    int axes = node.pick(1, 2, 2, 2, 3);
    int group = node.pick(1, 1, 2);
    int in = group * node.pick(1, 2);
    int out = node.pick(1, 2);
    int[] x = new int[axes + 2];
    int[] w = new int[axes + 2];
    long[] strides = new long[axes];
    long[] dilations = new long[axes];
    long[] pads = new long[2 * axes];
    long[] more = new long[axes];
    x[0] = node.pick(1, 2);
    x[1] = in;
    w[0] = in;
    w[1] = out;
    for (int i = 0; i < axes; i++) {
      x[i + 2] = node.random.nextInt(2, 5);
      w[i + 2] = node.random.nextInt(1, 5);
      strides[i] = node.random.nextInt(1, 5);
      dilations[i] = node.random.nextInt(1, 4);
      long whole = (x[i + 2] - 1) * strides[i] + (w[i + 2] - 1) * dilations[i] + 1;
      more[i] = node.random.nextLong(strides[i]);
      pads[i] = node.random.nextLong(Math.max(1, Math.min(whole / 2, w[i + 2] * dilations[i])));
      pads[i + axes] =
          node.random.nextLong(Math.max(1, Math.min(whole / 2, w[i + 2] * dilations[i])));
    }
    node.set("strides", strides).set("dilations", dilations).set("group", (long) group);
    switch (node.random.nextInt(5)) {
      case 0 -> node.set("auto_pad", node.pick("SAME_UPPER", "SAME_LOWER", "VALID"));
      case 1 -> {
        long[] shape = new long[axes];
        for (int i = 0; i < axes; i++) {
          shape[i] =
              Math.max(
                  1,
                  (x[i + 2] - 1) * strides[i]
                      + (w[i + 2] - 1) * dilations[i]
                      + 1
                      - node.random.nextInt(4));
        }
        node.set("output_shape", shape);
      }
      case 2 -> node.set("pads", pads);
      default -> node.set("pads", pads).set("output_padding", more);
    }
    node.fed(x).weight(w);
    return node.flip() ? node.weight(group * out) : node;
  }

  private static NodeCase resize(long seed) {
    NodeCase node = new NodeCase("Resize", seed).opset(byTurns(seed, 13, 19));
    String mode = node.pick("nearest", "nearest", "linear", "linear", "cubic");
    String coordinates =
        node.pick(
            "half_pixel",
            "pytorch_half_pixel",
            "align_corners",
            "asymmetric",
            "tf_crop_and_resize");
    int[] x = {
      node.pick(1, 2), node.pick(1, 3), node.random.nextInt(2, 7), node.random.nextInt(2, 7)
    };
    node.set("mode", mode).set("coordinate_transformation_mode", coordinates);
    if (mode.equals("nearest")) {
      node.set(
          "nearest_mode", node.pick("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"));
    } else if (mode.equals("cubic")) {
      node.set("cubic_coeff_a", node.pick(1, 2) == 1 ? -0.5f : -0.75f);
      node.set("exclude_outside", (long) node.pick(0, 1));
    }
    node.fed(x);
    if (coordinates.equals("tf_crop_and_resize")) {
      node.set("extrapolation_value", 0.7f).set("exclude_outside", 0L);
      node.constant(new int[] {8}, 0, 0, 0.1f, -0.2f, 1, 1, 0.8f, 1.3f);
    } else {
      node.omit();
    }
    if (node.flip()) {
      float[] scales = {1, 1, node.pick(5, 8, 15, 20, 30) / 10f, node.pick(6, 12, 17, 25) / 10f};
      node.constant(new int[] {4}, scales);
    } else {
      node.omit().longs(new int[] {4}, x[0], x[1], otherThan(node, x[2]), otherThan(node, x[3]));
    }
    return node;
  }

  /** ONNX Runtime skips an axis that keeps its length, even where a region is cropped. */
  private static long otherThan(NodeCase node, int length) {
    int other = node.random.nextInt(1, 8);
    return other < length ? other : other + 1;
  }

  private static NodeCase antialias(long seed) {
    NodeCase node = new NodeCase("Resize", 1000 + seed).opset(18);
    node.set("mode", node.pick("linear", "cubic")).set("antialias", 1L);
    node.set("exclude_outside", (long) node.pick(0, 1));
    node.fed(1, 2, node.random.nextInt(4, 9), node.random.nextInt(4, 9)).omit().omit();
    return node.longs(new int[] {4}, 1, 2, node.random.nextInt(1, 7), node.random.nextInt(1, 7));
  }

  private static NodeCase keptRatio(long seed) {
    NodeCase node = new NodeCase("Resize", 2000 + seed).opset(19);
    node.set("mode", node.pick("nearest", "linear"));
    node.set("keep_aspect_ratio_policy", node.pick("not_larger", "not_smaller"));
    node.set("axes", new long[] {2, 3});
    node.fed(1, 2, node.random.nextInt(3, 7), node.random.nextInt(3, 7)).omit().omit();
    return node.longs(new int[] {2}, node.random.nextInt(3, 9), node.random.nextInt(3, 9));
  }

  private static NodeCase oldResize(long seed) {
    boolean upsample = seed % 2 == 0;
    NodeCase node = new NodeCase(upsample ? "Upsample" : "Resize", 3000 + seed);
    node.opset(upsample ? 9 : 10).set("mode", node.pick("nearest", "linear"));
    float scale = upsample ? node.pick(1, 2, 3) : node.pick(5, 20, 30) / 10f;
    return node.fed(1, 2, 4, 4).constant(new int[] {4}, 1, 1, 2, scale);
  }

  private static NodeCase pad(long seed) {
    NodeCase node = new NodeCase("Pad", seed).opset(19);
    int[] x = {node.random.nextInt(2, 4), node.random.nextInt(3, 5), node.random.nextInt(3, 6)};
    String mode = node.pick("constant", "constant", "edge", "reflect", "wrap");
    node.set("mode", mode).fed(x);
    long[] axes = node.flip() ? new long[] {2, -2} : new long[] {0, 1, 2};
    long[] pads = new long[2 * axes.length];
    for (int i = 0; i < pads.length; i++) {
      pads[i] = node.random.nextInt(mode.equals("constant") ? -1 : 0, 2);
    }
    node.longs(new int[] {pads.length}, pads);
    if (mode.equals("constant") && node.flip()) {
      node.constant(new int[0], 0.3f);
    } else {
      node.omit();
    }
    return axes.length == 2 ? node.longs(new int[] {2}, axes) : node;
  }

  private static NodeCase depthToSpace(long seed) {
    NodeCase node = new NodeCase("DepthToSpace", seed);
    int block = node.pick(2, 3);
    return node.set("blocksize", (long) block)
        .set("mode", node.pick("DCR", "CRD"))
        .fed(2, 2 * block * block, 2, 3);
  }

  private static NodeCase spaceToDepth(long seed) {
    NodeCase node = new NodeCase("SpaceToDepth", seed);
    int block = node.pick(2, 3);
    return node.set("blocksize", (long) block).fed(2, 2, 2 * block, block);
  }

  private static NodeCase lpPool(long seed) {
    NodeCase node = new NodeCase("LpPool", seed).opset(18).set("p", (long) byTurns(seed, 1, 2, 3));
    int axes = node.pick(1, 2);
    int[] x = new int[axes + 2];
    Arrays.fill(x, 2);
    long[] kernel = new long[axes];
    long[] strides = new long[axes];
    long[] dilations = new long[axes];
    long[] pads = new long[2 * axes];
    for (int i = 0; i < axes; i++) {
      x[i + 2] = node.random.nextInt(6, 9);
      kernel[i] = node.random.nextInt(1, 4);
      strides[i] = node.random.nextInt(1, 4);
      dilations[i] = node.random.nextInt(1, 3);
      pads[i] = node.random.nextLong(kernel[i]);
      pads[i + axes] = node.random.nextLong(kernel[i]);
    }
    node.set("kernel_shape", kernel).set("strides", strides);
    if (node.flip()) {
      node.set("dilations", dilations);
    }
    if (node.flip()) {
      node.set("pads", pads);
    }
    return node.fed(x);
  }

  private static int byTurns(long seed, int... values) {
    return values[(int) (seed % values.length)];
  }

  private static NodeCase globalLpPool(long seed) {
    NodeCase node = new NodeCase("GlobalLpPool", seed);
    return node.set("p", (long) byTurns(seed, 1, 2, 3)).fed(2, 3, 4, 2);
  }
}

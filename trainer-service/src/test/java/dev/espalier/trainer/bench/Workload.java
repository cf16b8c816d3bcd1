package dev.espalier.trainer.bench;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.summary.GroupSlices;
import dev.espalier.trainer.summary.GroupSlices.Slice;
import dev.espalier.trainer.task.Autoencoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What is trained in the benchmark: the mean square of the outputs is made small, on inputs that
 * are loaded anew in each step.
 *
 * @param name for the table
 * @param model the network
 * @param input shape of a batch
 * @param groups as the pruner finds them
 * @param unitsEvery steps from one summary unit by unit to the next
 */
record Workload(
    String name, OnnxModel model, int[] input, List<GroupSlices> groups, int unitsEvery) {
  static final int MOST_UNITS_EVERY = 16;

  private static final int TOKENS = 64;
  private static final int WIDTH = 128;
  private static final int HEADS = 4;

  static List<Workload> all() {
    return List.of(mlp(), cnn(), transformer());
  }

  /** The autoencoder 784-512-256-64 and back, batch 128. */
  static Workload mlp() {
    String[] layers = {
      "encoder.0", "encoder.2", "encoder.4", "decoder.0", "decoder.2", "decoder.4"
    };
    int[] units = {512, 256, 64, 256, 512};
    List<GroupSlices> groups = new ArrayList<>();
    for (int g = 0; g < units.length; g++) {
      groups.add(chained(layers[g], layers[g + 1], units[g]));
    }
    OnnxModel model = new Autoencoder(64).freshModel(1);
    return new Workload("mlp", model, new int[] {128, Autoencoder.PIXELS}, groups, 1);
  }

  /** Convolutions of 32 to 256 channels over images of 32 x 32, batch 32. */
  static Workload cnn() {
    int[] channels = {3, 32, 64, 128, 256};
    OnnxBuilder builder = new OnnxBuilder("cnn").input("x", -1, 3, 32, 32);
    Random random = new Random();
    List<GroupSlices> groups = new ArrayList<>();
    String value = "x";
    for (int c = 1; c < channels.length; c++) {
      String name = "conv" + c;
      int fan = channels[c - 1] * 9;
      builder.initializer(
          name + ".weight",
          new int[] {channels[c], channels[c - 1], 3, 3},
          random.values(channels[c] * fan, fan));
      builder.initializer(name + ".bias", new int[] {channels[c]}, random.values(channels[c], fan));
      long stride = c == 1 ? 1 : 2;
      builder.node(
          "Conv",
          "/" + name,
          List.of(value, name + ".weight", name + ".bias"),
          name,
          Map.of("strides", new long[] {stride, stride}, "pads", new long[] {1, 1, 1, 1}));
      builder.node("Relu", "/relu" + c, List.of(name), "relu" + c);
      value = "relu" + c;
      groups.add(chained(name, c + 1 < channels.length ? "conv" + (c + 1) : "head", channels[c]));
    }
    builder.node("GlobalAveragePool", "/pool", List.of(value), "pool");
    builder.node("Flatten", "/flat", List.of("pool"), "flat");
    builder.initializer("head.weight", new int[] {10, 256}, random.values(2560, 256));
    builder.initializer("head.bias", new int[] {10}, random.values(10, 256));
    builder.node(
        "Gemm", "/head", List.of("flat", "head.weight", "head.bias"), "y", Map.of("transB", 1L));
    OnnxModel model = builder.output("y", -1, 10).build();
    return new Workload("cnn", model, new int[] {32, 3, 32, 32}, groups, MOST_UNITS_EVERY);
  }

  /** Three blocks of attention and two linear layers over 64 tokens of 128 numbers, batch 16. */
  static Workload transformer() {
    OnnxBuilder builder = new OnnxBuilder("transformer").input("x", -1, TOKENS, WIDTH);
    Random random = new Random();
    List<GroupSlices> groups = new ArrayList<>();
    builder.initializer(
        Tensor.of("split", new int[] {4}, new long[] {0, TOKENS, HEADS, WIDTH / HEADS}));
    builder.initializer(Tensor.of("join", new int[] {3}, new long[] {0, TOKENS, WIDTH}));
    builder.initializer(
        "scale", new int[] {}, new float[] {(float) Math.sqrt((double) HEADS / WIDTH)});
    String value = "x";
    for (int b = 0; b < 3; b++) {
      String block = "block" + b;
      value = attention(builder, random, block, value, groups);
      value = feedForward(builder, random, block, value, groups, b == 2 ? "y" : block);
    }
    OnnxModel model = builder.output("y", -1, TOKENS, WIDTH).build();
    return new Workload(
        "transformer", model, new int[] {16, TOKENS, WIDTH}, groups, MOST_UNITS_EVERY);
  }

  private static String attention(
      OnnxBuilder builder, Random random, String block, String x, List<GroupSlices> groups) {
    int each = WIDTH / HEADS;
    List<Slice> slices = new ArrayList<>();
    for (String part : List.of("q", "k", "v")) {
      String name = block + "." + part;
      linear(builder, random, name, x, name, WIDTH, WIDTH);
      builder.node("Reshape", "/" + name + "/s", List.of(name, "split"), name + "s");
      builder.node(
          "Transpose",
          "/" + name + "/t",
          List.of(name + "s"),
          name + "t",
          Map.of("perm", part.equals("k") ? new long[] {0, 2, 3, 1} : new long[] {0, 2, 1, 3}));
      slices.add(new Slice(name + ".weight", 1, all(WIDTH)));
      slices.add(new Slice(name + ".bias", 0, all(WIDTH)));
    }
    String at = block + ".";
    builder.node("MatMul", "/" + at + "qk", List.of(at + "qt", at + "kt"), at + "qk");
    builder.node("Mul", "/" + at + "scaled", List.of(at + "qk", "scale"), at + "scaled");
    builder.node("Softmax", "/" + at + "p", List.of(at + "scaled"), at + "p", Map.of("axis", -1L));
    builder.node("MatMul", "/" + at + "pv", List.of(at + "p", at + "vt"), at + "pv");
    builder.node(
        "Transpose",
        "/" + at + "pvt",
        List.of(at + "pv"),
        at + "pvt",
        Map.of("perm", new long[] {0, 2, 1, 3}));
    builder.node("Reshape", "/" + at + "joined", List.of(at + "pvt", "join"), at + "joined");
    linear(builder, random, at + "o", at + "joined", at + "out", WIDTH, WIDTH);
    slices.add(new Slice(at + "o.weight", 0, all(WIDTH)));
    groups.add(new GroupSlices(at + "heads", WIDTH / each, slices));
    return normalised(builder, at + "n1", x, at + "out", at + "first");
  }

  private static String feedForward(
      OnnxBuilder builder,
      Random random,
      String block,
      String x,
      List<GroupSlices> groups,
      String result) {
    String at = block + ".";
    linear(builder, random, at + "up", x, at + "h", WIDTH, 4 * WIDTH);
    builder.node("Relu", "/" + at + "relu", List.of(at + "h"), at + "r");
    linear(builder, random, at + "down", at + "r", at + "d", 4 * WIDTH, WIDTH);
    groups.add(
        new GroupSlices(
            at + "up",
            4 * WIDTH,
            List.of(
                new Slice(at + "up.weight", 1, all(4 * WIDTH)),
                new Slice(at + "up.bias", 0, all(4 * WIDTH)),
                new Slice(at + "down.weight", 0, all(4 * WIDTH)))));
    return normalised(builder, at + "n2", x, at + "d", result);
  }

  private static String normalised(
      OnnxBuilder builder, String name, String x, String branch, String result) {
    float[] ones = new float[WIDTH];
    Arrays.fill(ones, 1);
    builder.initializer(name + ".weight", new int[] {WIDTH}, ones);
    builder.initializer(name + ".bias", new int[] {WIDTH}, new float[WIDTH]);
    builder.node("Add", "/" + name + "/add", List.of(x, branch), name + "a");
    builder.node(
        "LayerNormalization",
        "/" + name,
        List.of(name + "a", name + ".weight", name + ".bias"),
        result,
        Map.of("axis", -1L));
    return result;
  }

  /** Weight [in, out], as exporters of attention write it. */
  private static void linear(
      OnnxBuilder builder, Random random, String name, String x, String y, int in, int out) {
    builder.initializer(name + ".weight", new int[] {in, out}, random.values(in * out, in));
    builder.initializer(name + ".bias", new int[] {out}, random.values(out, in));
    builder.node("MatMul", "/" + name + "/m", List.of(x, name + ".weight"), name + "m");
    builder.node("Add", "/" + name + "/a", List.of(name + "m", name + ".bias"), y);
  }

  /** Rows of one layer's weight and bias, columns of the next. */
  private static GroupSlices chained(String layer, String next, int units) {
    int[] all = all(units);
    return new GroupSlices(
        layer,
        units,
        List.of(
            new Slice(layer + ".weight", 0, all),
            new Slice(layer + ".bias", 0, all),
            new Slice(next + ".weight", 1, all)));
  }

  private static int[] all(int count) {
    int[] all = new int[count];
    Arrays.setAll(all, i -> i);
    return all;
  }

  private static final class Random {
    private final SplittableRandom random = new SplittableRandom(1);

    float[] values(int count, int fan) {
      float bound = (float) (1 / Math.sqrt(fan));
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) random.nextDouble(-bound, bound);
      }
      return values;
    }
  }
}

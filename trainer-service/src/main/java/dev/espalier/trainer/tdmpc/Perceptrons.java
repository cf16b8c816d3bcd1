package dev.espalier.trainer.tdmpc;

import dev.espalier.onnx.OnnxBuilder;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Appends multi-layer perceptrons with ELU between layers to a graph, named as torch.nn.Sequential
 * names them. Initial weights are PyTorch's: uniform in [-1/sqrt(fan_in), 1/sqrt(fan_in)].
 */
final class Perceptrons {
  private final OnnxBuilder builder;
  private final SplittableRandom random;

  Perceptrons(OnnxBuilder builder, long seed) {
    this.builder = builder;
    random = new SplittableRandom(seed);
  }

  /**
   * @param component first part of all names
   * @param sizes inputs, units of each hidden layer, outputs
   */
  void add(String component, String input, String output, int... sizes) {
    for (int i = 0; i + 1 < sizes.length; i++) {
      String scope = component + "." + 2 * i;
      int in = sizes[i];
      int out = sizes[i + 1];
      builder.initializer(scope + ".weight", new int[] {out, in}, uniform(out * in, in));
      builder.initializer(scope + ".bias", new int[] {out}, uniform(out, in));
    }
    again(component, "", input, output, sizes.length - 1);
  }

  /** The same weights on another input; the suffix makes the nodes' names their own. */
  void again(String component, String suffix, String input, String output, int layers) {
    String value = input;
    for (int i = 0; i < layers; i++) {
      String gemm = "/" + component + "/" + 2 * i + "/Gemm" + suffix;
      String scope = component + "." + 2 * i;
      boolean last = i + 1 == layers;
      String result = last ? output : gemm + "_output_0";
      builder.node(
          "Gemm",
          gemm,
          List.of(value, scope + ".weight", scope + ".bias"),
          result,
          Map.of("transB", 1L));
      if (!last) {
        String elu = "/" + component + "/" + (2 * i + 1) + "/Elu" + suffix;
        value = elu + "_output_0";
        builder.node("Elu", elu, List.of(result), value);
      }
    }
  }

  private float[] uniform(int count, int fanIn) {
    double bound = 1 / Math.sqrt(fanIn);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return values;
  }
}

package dev.espalier.trainer.network;

import dev.espalier.onnx.ElementType;
import dev.espalier.trainer.network.OperatorCases.Generator;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Convolution, pooling, normalisation, dropout. */
final class SpatialCases {
  private SpatialCases() {}

  static Map<String, Generator> cases() {
    Map<String, Generator> cases = new HashMap<>();
    cases.put("Conv", SpatialCases::conv);
    cases.put("com.microsoft.FusedConv", SpatialCases::fusedConv);
    cases.put("MaxPool", SpatialCases::maxPool);
    cases.put("AveragePool", SpatialCases::averagePool);
    cases.put(
        "LpPool",
        c -> {
          int axes = c.random.nextInt(1, 3);
          c.opset(11).floatsIn(0.2, 2, image(c, axes)).maybe("p", c.of(1L, 3L));
          window(c, axes, 2, 3);
        });
    cases.put("GlobalAveragePool", c -> c.floats(c.dims(3, 5)));
    cases.put("GlobalMaxPool", c -> c.floats(c.dims(3, 5)));
    cases.put("GlobalLpPool", c -> c.floats(c.dims(3, 5)).maybe("p", 3L));
    cases.put(
        "BatchNormalization",
        c -> {
          int[] dims = c.dims(2, 5);
          int channels = dims[1];
          c.opsetOf(9, 14, 15).maybe("epsilon", 0.01f).maybe("momentum", 0.7f);
          c.floats(dims).floats(channels).floats(channels);
          c.fixed(-1, 1, channels).fixed(0.3, 2, channels);
        });
    cases.put(
        "LayerNormalization",
        c -> {
          int[] dims = c.dims(2, 4);
          long axis = c.axis(dims.length);
          int[] over = Arrays.copyOfRange(dims, Math.floorMod(axis, dims.length), dims.length);
          c.attribute("axis", axis).attribute("epsilon", c.of(1e-5f, 0.1f));
          c.floats(dims).floats(over);
          if (c.random.nextInt(3) > 0) {
            c.floats(over);
          }
          if (c.random.nextInt(3) == 0) {
            c.outputs(ElementType.FLOAT, ElementType.FLOAT, ElementType.FLOAT);
          }
        });
    cases.put(
        "Dropout",
        c -> {
          c.opsetOf(11, 12, 13).floats(c.dims(1, 3));
          if (c.opset() < 12) {
            c.maybe("ratio", 0.3f);
          } else if (c.random.nextBoolean()) {
            c.fixed(0.2, 0.8);
          }
          if (c.opset() >= 12 && c.random.nextBoolean()) {
            c.outputs(ElementType.FLOAT, ElementType.BOOL);
          }
        });
    return cases;
  }

  private static void conv(OperatorCase c) {
    int axes = c.random.nextInt(1, 4);
    int groups = c.random.nextInt(1, 4);
    int[] x = image(c, axes);
    x[1] = groups * c.random.nextInt(1, 3);
    int[] weight = new int[axes + 2];
    weight[0] = groups * c.random.nextInt(1, 3);
    weight[1] = x[1] / groups;
    long[] kernel = c.random.longs(axes, 1, 4).toArray();
    for (int i = 0; i < axes; i++) {
      weight[i + 2] = (int) kernel[i];
    }
    c.attribute("group", (long) groups).maybe("kernel_shape", kernel);
    c.floats(x).floats(weight);
    if (c.random.nextBoolean()) {
      c.floats(weight[0]);
    }
    steps(c, axes);
    if (!automatic(c, axes)) {
      c.maybe("dilations", c.random.longs(axes, 1, 3).toArray());
      c.maybe("pads", c.random.longs(2 * axes, 0, 4).toArray());
    }
  }

  private static void fusedConv(OperatorCase c) {
    c.floats(1, 2, 5, 5).floats(3, 2, 3, 3).floats(3);
    if (c.random.nextBoolean()) {
      c.floats(1, 3, 3, 3);
    }
    String activation = c.of("Relu", "Tanh", "Sigmoid", "LeakyRelu", "Clip", "HardSigmoid");
    c.attribute("activation", activation);
    switch (activation) {
      case "LeakyRelu" -> c.attribute("activation_params", new float[] {0.2f});
      case "Clip" -> c.attribute("activation_params", new float[] {-3, 4});
      case "HardSigmoid" -> c.attribute("activation_params", new float[] {0.1f, 0.4f});
      default -> {}
    }
  }

  private static void maxPool(OperatorCase c) {
    int axes = c.random.nextInt(1, 4);
    c.opset(12).floats(image(c, axes));
    if (!window(c, axes, 2, 4)) {
      c.maybe("dilations", c.random.longs(axes, 1, 3).toArray()).maybe("ceil_mode", 1L);
    }
    if (c.random.nextInt(3) == 0) {
      c.outputs(ElementType.FLOAT, ElementType.INT64).maybe("storage_order", 1L);
    }
  }

  private static void averagePool(OperatorCase c) {
    int axes = c.random.nextInt(1, 4);
    c.opsetOf(11, 19).floats(image(c, axes));
    c.maybe("count_include_pad", 1L);
    if (!window(c, axes, 2, 4)) {
      c.maybe("ceil_mode", 1L);
      if (c.opset() == 19) {
        c.maybe("dilations", c.random.longs(axes, 1, 3).toArray());
      }
    }
  }

  private static int[] image(OperatorCase c, int axes) {
    int[] dims = new int[axes + 2];
    dims[0] = c.random.nextInt(1, 3);
    dims[1] = c.random.nextInt(1, 4);
    IntStream.range(2, dims.length).forEach(i -> dims[i] = c.random.nextInt(5, 8));
    return dims;
  }

  /**
   * @return whether padding is automatic; ONNX Runtime then takes no account of dilations
   */
  private static boolean window(OperatorCase c, int axes, int least, int most) {
    long[] kernel = c.random.longs(axes, least, most).toArray();
    c.attribute("kernel_shape", kernel);
    steps(c, axes);
    boolean automatic = automatic(c, axes);
    if (!automatic) {
      c.maybe("pads", c.random.longs(2 * axes, 0, Arrays.stream(kernel).min().orElse(1)).toArray());
    }
    return automatic;
  }

  private static void steps(OperatorCase c, int axes) {
    c.maybe("strides", c.random.longs(axes, 1, 4).toArray());
  }

  private static boolean automatic(OperatorCase c, int axes) {
    boolean automatic = c.random.nextInt(4) == 0;
    if (automatic) {
      c.attribute("auto_pad", c.of("SAME_UPPER", "SAME_LOWER", "VALID"));
    }
    return automatic;
  }
}

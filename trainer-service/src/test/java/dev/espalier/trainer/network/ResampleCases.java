package dev.espalier.trainer.network;

import dev.espalier.trainer.network.OperatorCases.Generator;
import java.util.Arrays;
import java.util.Map;

/** Transposed convolution, resizing, padding, blocks of channels as space. */
final class ResampleCases {
  private ResampleCases() {}

  static Map<String, Generator> cases() {
    return Map.of(
        "ConvTranspose",
        ResampleCases::convTranspose,
        "Resize",
        ResampleCases::resize,
        "Upsample",
        c ->
            c.opset(9)
                .maybe("mode", "linear")
                .floats(1, 2, 4, 3)
                .fixed(new int[] {4}, 1, 1, c.of(1, 2), c.of(2, 3)),
        "Pad",
        ResampleCases::pad,
        "DepthToSpace",
        c -> {
          int block = c.of(1, 2, 3);
          c.attribute("blocksize", (long) block).maybe("mode", c.of("DCR", "CRD"));
          c.floats(2, 2 * block * block, 2, 3);
        },
        "SpaceToDepth",
        c -> {
          int block = c.of(1, 2, 3);
          c.attribute("blocksize", (long) block).floats(2, 2, 2 * block, block);
        });
  }

  private static void convTranspose(OperatorCase c) {
    int axes = c.of(1, 2, 2, 3);
    int group = c.of(1, 1, 2);
    int[] x = new int[axes + 2];
    int[] w = new int[axes + 2];
    long[] strides = c.random.longs(axes, 1, 5).toArray();
    long[] dilations = c.random.longs(axes, 1, 4).toArray();
    long[] pads = new long[2 * axes];
    long[] more = new long[axes];
    long[] shape = new long[axes];
    x[0] = c.of(1, 2);
    x[1] = group * c.of(1, 2);
    w[0] = x[1];
    w[1] = c.of(1, 2);
    for (int i = 0; i < axes; i++) {
      x[i + 2] = c.random.nextInt(2, 5);
      w[i + 2] = c.random.nextInt(1, 5);
      long whole = (x[i + 2] - 1) * strides[i] + (w[i + 2] - 1) * dilations[i] + 1;
      more[i] = c.random.nextLong(strides[i]);
      pads[i] = c.random.nextLong(Math.max(1, Math.min(whole / 2, w[i + 2] * dilations[i])));
      pads[i + axes] = c.random.nextLong(Math.max(1, Math.min(whole / 2, 3)));
      shape[i] = Math.max(1, whole - c.random.nextInt(4));
    }
    c.maybe("kernel_shape", Arrays.stream(w).skip(2).asLongStream().toArray());
    c.attribute("strides", strides).attribute("dilations", dilations);
    c.attribute("group", (long) group);
    switch (c.random.nextInt(5)) {
      case 0 -> c.attribute("auto_pad", c.of("SAME_UPPER", "SAME_LOWER", "VALID"));
      case 1 -> c.attribute("output_shape", shape);
      case 2 -> c.attribute("pads", pads);
      default -> c.attribute("pads", pads).attribute("output_padding", more);
    }
    c.floats(x).floats(w);
    if (c.random.nextBoolean()) {
      c.floats(group * w[1]);
    }
  }

  private static void resize(OperatorCase c) {
    switch (c.random.nextInt(6)) {
      case 0 -> antialias(c);
      case 1 -> keptRatio(c);
      case 2 ->
          c.opset(10)
              .maybe("mode", "linear")
              .floats(1, 2, 4, 4)
              .fixed(new int[] {4}, 1, 1, c.of(0.5f, 2f), c.of(0.5f, 3f));
      default -> general(c);
    }
  }

  private static void antialias(OperatorCase c) {
    c.opset(18).attribute("mode", c.of("linear", "cubic")).attribute("antialias", 1L);
    c.maybe("exclude_outside", 1L).floats(1, 2, c.of(4, 6, 8), c.of(5, 7)).omitted().omitted();
    c.longs(1, 2, c.random.nextInt(1, 7), c.random.nextInt(1, 7));
  }

  private static void keptRatio(OperatorCase c) {
    c.opset(19).attribute("mode", c.of("nearest", "linear")).attribute("axes", new long[] {2, 3});
    c.attribute("keep_aspect_ratio_policy", c.of("not_larger", "not_smaller"));
    c.floats(1, 2, c.of(3, 4, 6), c.of(3, 5)).omitted().omitted();
    c.longs(c.random.nextInt(3, 9), c.random.nextInt(3, 9));
  }

  private static void general(OperatorCase c) {
    c.opsetOf(11, 13, 19);
    String mode = c.of("nearest", "linear", "cubic");
    String coordinates =
        c.of(
            "half_pixel",
            "pytorch_half_pixel",
            "align_corners",
            "asymmetric",
            "tf_crop_and_resize",
            c.opset() == 19 ? "half_pixel_symmetric" : "half_pixel");
    boolean crop = coordinates.equals("tf_crop_and_resize");
    c.attribute("mode", mode).attribute("coordinate_transformation_mode", coordinates);
    if (mode.equals("nearest")) {
      c.maybe("nearest_mode", c.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"));
    } else if (mode.equals("cubic")) {
      c.maybe("cubic_coeff_a", -0.5f);
      if (!crop) {
        c.maybe("exclude_outside", 1L);
      }
    }
    int height = c.random.nextInt(2, 7);
    int width = c.random.nextInt(2, 7);
    c.floats(c.of(1, 2), 3, height, width);
    if (crop) {
      c.maybe("extrapolation_value", 0.7f);
      c.fixed(new int[] {8}, 0, 0, 0.1f, -0.2f, 1, 1, 0.8f, 1.3f);
    } else {
      c.fixed(new int[] {0});
    }
    c.fixed(new int[] {4}, 1, 1, c.of(0.5f, 0.8f, 1.5f, 2f, 3f), c.of(0.6f, 1.2f, 1.7f, 2.5f));
  }

  private static void pad(OperatorCase c) {
    String mode = c.of("constant", "constant", "edge", "reflect", "wrap");
    boolean old = !mode.equals("wrap") && c.random.nextInt(4) == 0;
    boolean some = !old && c.random.nextBoolean();
    long[] axes = some ? new long[] {2, -2} : new long[] {0, 1, 2};
    int least = mode.equals("constant") ? -1 : 0;
    long[] pads = c.random.longs(2L * axes.length, least, 2).toArray();
    c.opset(old ? 10 : 19).attribute("mode", mode);
    c.floats(c.random.nextInt(2, 4), c.random.nextInt(3, 5), c.random.nextInt(3, 6));
    if (old) {
      c.attribute("pads", pads).maybe("value", 0.4f);
      return;
    }
    c.longs(pads);
    if (mode.equals("constant") && c.random.nextBoolean()) {
      c.fixed(-1, 1);
    } else {
      c.omitted();
    }
    if (some) {
      c.longs(axes);
    }
  }
}

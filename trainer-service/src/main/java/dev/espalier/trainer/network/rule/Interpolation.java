package dev.espalier.trainer.network.rule;

import dev.espalier.onnx.Node;

/**
 * How Resize finds an output element's place in the input and which elements it mixes there; one
 * axis at a time, after ONNX' definition. Coordinates are in float as ONNX Runtime has them, so
 * that ties of the nearest modes fall to the same side.
 *
 * @param mode nearest, linear or cubic
 * @param coordinates the coordinate transformation
 * @param rounding the nearest mode; {@code simple} is that of the operators before version 11
 * @param cubic coefficient a of the cubic kernel
 * @param excludeOutside whether taps outside the input weigh nothing, and the rest more
 * @param antialias whether the kernel widens with the step where the output is smaller
 */
record Interpolation(
    String mode,
    String coordinates,
    String rounding,
    double cubic,
    boolean excludeOutside,
    boolean antialias) {
  /**
   * What an axis' output elements are made of.
   *
   * @param indices by tap, by output element: index in the input
   * @param weights by tap, by output element; null where there is one tap, of weight 1
   * @param outside by output element: whether it lies outside the input; null where none may
   */
  record Taps(long[][] indices, double[][] weights, boolean[] outside) {}

  static Interpolation of(Node node, boolean old) {
    Interpolation interpolation =
        new Interpolation(
            node.stringAttribute("mode", "nearest").replace("bilinear", "linear"),
            old
                ? "asymmetric"
                : node.stringAttribute("coordinate_transformation_mode", "half_pixel"),
            old ? "simple" : node.stringAttribute("nearest_mode", "round_prefer_floor"),
            node.floatAttribute("cubic_coeff_a", -0.75f),
            node.intAttribute("exclude_outside", 0) != 0,
            node.intAttribute("antialias", 0) != 0);
    switch (interpolation.mode) {
      case "nearest", "linear", "cubic" -> {}
      default -> throw Values.declined(node, "mode \"" + interpolation.mode + "\" is not known");
    }
    switch (interpolation.rounding) {
      case "simple", "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" -> {}
      default ->
          throw Values.declined(
              node, "nearest_mode \"" + interpolation.rounding + "\" is not known");
    }
    switch (interpolation.coordinates) {
      case "half_pixel",
          "half_pixel_symmetric",
          "pytorch_half_pixel",
          "align_corners",
          "asymmetric",
          "tf_half_pixel_for_nn",
          "tf_crop_and_resize" -> {}
      default ->
          throw Values.declined(
              node,
              "coordinate_transformation_mode \"" + interpolation.coordinates + "\" is not known");
    }
    return interpolation;
  }

  /**
   * @param in length of the input
   * @param out length of the output
   * @param scale output over input
   * @param start of the region of interest, 0 the input's first element and 1 its last
   * @param end of the region of interest
   */
  Taps taps(int in, int out, float scale, float start, float end) {
    boolean crop = coordinates.equals("tf_crop_and_resize");
    boolean[] outside = crop ? new boolean[out] : null;
    boolean widened = widened(scale);
    double wide = widened ? 1.0 / scale : 1;
    int count = Math.toIntExact(count(scale));
    long[][] indices = new long[count][out];
    double[][] weights = count == 1 ? null : new double[count][out];
    for (int i = 0; i < out; i++) {
      float x = coordinate(i, in, out, scale, start, end);
      if (crop) {
        outside[i] = x < 0 || x > in - 1;
      }
      if (count == 1) {
        indices[0][i] = Math.clamp(nearest(x, scale), 0, in - 1);
      } else {
        mix(i, x, in, wide, widened, indices, weights);
      }
    }
    return new Taps(indices, weights, outside);
  }

  private boolean widened(float scale) {
    return antialias && scale < 1 && !mode.equals("nearest");
  }

  /** Taps of each output element. */
  long count(float scale) {
    double reach = (widened(scale) ? 1.0 / scale : 1) * (mode.equals("cubic") ? 2 : 1);
    return mode.equals("nearest") ? 1 : 2 * (long) Math.ceil(reach);
  }

  private float coordinate(int i, int in, int out, float scale, float start, float end) {
    return switch (coordinates) {
      case "asymmetric" -> i / scale;
      case "pytorch_half_pixel" -> out > 1 ? (i + 0.5f) / scale - 0.5f : 0;
      case "align_corners" -> out == 1 ? 0 : (float) i * (in - 1) / (out - 1);
      case "tf_half_pixel_for_nn" -> (i + 0.5f) / scale;
      case "tf_crop_and_resize" ->
          out > 1
              ? start * (in - 1) + i * (end - start) * (in - 1) / (out - 1)
              : 0.5f * (start + end) * (in - 1);
      case "half_pixel_symmetric" -> in / 2f * (1 - out / (scale * in)) + (i + 0.5f) / scale - 0.5f;
      default -> (i + 0.5f) / scale - 0.5f;
    };
  }

  private long nearest(float x, float scale) {
    return (long)
        switch (rounding) {
          case "simple" -> scale < 1 ? Math.ceil(x) : Math.floor(x);
          case "round_prefer_floor" -> Math.ceil(x - 0.5f);
          case "round_prefer_ceil" -> Math.floor(x + 0.5f);
          case "floor" -> Math.floor(x);
          default -> Math.ceil(x);
        };
  }

  private void mix(
      int i, float x, int in, double wide, boolean widened, long[][] indices, double[][] weights) {
    double place = mode.equals("linear") && !widened ? Math.clamp(x, 0, in - 1) : x;
    long first = (long) Math.floor(place) + 1 - indices.length / 2;
    boolean drop = excludeOutside && (widened || mode.equals("cubic"));
    double sum = 0;
    for (int tap = 0; tap < indices.length; tap++) {
      long at = first + tap;
      double weight = drop && (at < 0 || at >= in) ? 0 : kernel((place - at) / wide);
      indices[tap][i] = Math.clamp(at, 0, in - 1);
      weights[tap][i] = weight;
      sum += weight;
    }
    if (drop || widened) {
      for (double[] weight : weights) {
        weight[i] /= sum;
      }
    }
  }

  private double kernel(double distance) {
    double d = Math.abs(distance);
    if (mode.equals("linear")) {
      return Math.max(0, 1 - d);
    }
    if (d <= 1) {
      return ((cubic + 2) * d - (cubic + 3)) * d * d + 1;
    }
    return d < 2 ? ((cubic * d - 5 * cubic) * d + 8 * cubic) * d - 4 * cubic : 0;
  }
}

package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How a window moves over the spatial axes of a tensor: output i looks at inputs {@code i * stride
 * - begin + k * dilation}. Each array has an element for each spatial axis.
 *
 * @param input lengths of the axes
 * @param output how many windows
 * @param kernel elements of a window
 * @param begin padding before the first element
 */
record Window(
    long[] input, long[] output, long[] kernel, long[] strides, long[] dilations, long[] begin) {
  /**
   * @param x shape of what the window moves over, batch and channels in front
   * @param y shape with an element for each window
   */
  static Window of(Node node, long[] x, long[] y, long[] kernel) {
    int rank = kernel.length;
    long[] input = Arrays.copyOfRange(x, 2, x.length);
    long[] output = Arrays.copyOfRange(y, 2, y.length);
    long[] strides = orOnes(node.intsAttribute("strides"), rank);
    long[] dilations = orOnes(node.intsAttribute("dilations"), rank);
    long[] begin = new long[rank];
    String auto = node.stringAttribute("auto_pad", "NOTSET");
    long[] pads = node.intsAttribute("pads");
    for (int i = 0; i < rank; i++) {
      if (auto.startsWith("SAME")) {
        long extent = (kernel[i] - 1) * dilations[i] + 1;
        long total = Math.max(0, (output[i] - 1) * strides[i] + extent - input[i]);
        begin[i] = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
      } else if (auto.equals("NOTSET") && pads.length > 0) {
        begin[i] = pads[i];
      }
    }
    return new Window(input, output, kernel, strides, dilations, begin);
  }

  private static long[] orOnes(long[] values, int rank) {
    return values.length == rank ? values : Lengths.ones(rank);
  }

  /** Length of input that a window spans. */
  long extent(int axis) {
    return (kernel[axis] - 1) * dilations[axis] + 1;
  }

  /**
   * The attributes of the ConvTranspose that spreads an element for each window back over the
   * input.
   */
  Map<String, Object> transposed(long groups) {
    int rank = kernel.length;
    long[] pads = new long[2 * rank];
    long[] rest = new long[rank];
    for (int i = 0; i < rank; i++) {
      long over = (output[i] - 1) * strides[i] + extent(i) - begin[i] - input[i];
      pads[i] = begin[i];
      pads[rank + i] = Math.max(0, over);
      rest[i] = Math.max(0, -over);
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("group", groups);
    attributes.put("kernel_shape", kernel);
    attributes.put("strides", strides);
    attributes.put("dilations", dilations);
    attributes.put("pads", pads);
    attributes.put("output_padding", rest);
    return attributes;
  }

  /** For each window, row-major, how many of its elements lie within the input. */
  double[] within() {
    int count = (int) Lengths.product(output);
    double[] within = new double[count];
    Arrays.fill(within, 1);
    for (int flat = 0; flat < count; flat++) {
      long rest = flat;
      for (int axis = kernel.length - 1; axis >= 0; axis--) {
        long first = rest % output[axis] * strides[axis] - begin[axis];
        rest /= output[axis];
        int a = axis;
        within[flat] *=
            IntStream.range(0, (int) kernel[axis])
                .mapToLong(k -> first + k * dilations[a])
                .filter(at -> at >= 0 && at < input[a])
                .count();
      }
    }
    return within;
  }
}

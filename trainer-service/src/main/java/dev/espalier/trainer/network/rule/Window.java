package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.pt;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;

/**
 * A window that moves over the spatial axes of a value [batch, channels, spatial...].
 *
 * @param kernel its lengths
 * @param strides its steps
 * @param dilations distances between its cells
 * @param before cells of padding in front of each axis
 * @param after cells of padding behind each axis, as the node asks for
 * @param needed cells of padding behind each axis that the last window reads; the node's own or,
 *     where sizes are rounded up, more
 * @param out places that the window takes on each axis
 */
record Window(
    long[] kernel,
    long[] strides,
    long[] dilations,
    long[] before,
    long[] after,
    long[] needed,
    long[] out) {

  /**
   * Reads {@code strides}, {@code dilations}, {@code pads} and {@code auto_pad}.
   *
   * @param x dims of the value
   * @param kernel lengths of the window
   * @param roundUp whether a last window may begin inside and end outside
   * @throws dev.espalier.onnx.OnnxException where they do not fit together or give no place
   */
  static Window of(Node node, long[] x, long[] kernel, boolean roundUp) {
    int axes = kernel.length;
    long[] strides = attribute(node, "strides", axes, 1);
    long[] dilations = attribute(node, "dilations", axes, 1);
    long[] pads = attribute(node, "pads", 2 * axes, 0);
    if (x.length != axes + 2 || axes == 0) {
      throw Values.declined(
          node,
          "a window of "
              + Arrays.toString(kernel)
              + " does not fit a value of "
              + Arrays.toString(x));
    }
    String automatic = node.stringAttribute("auto_pad", "NOTSET");
    long[] before = Arrays.copyOf(pads, axes);
    long[] after = Arrays.copyOfRange(pads, axes, 2 * axes);
    long[] needed = new long[axes];
    long[] out = new long[axes];
    for (int i = 0; i < axes; i++) {
      long in = x[i + 2];
      long reach = (kernel[i] - 1) * dilations[i] + 1;
      if (strides[i] < 1 || dilations[i] < 1 || kernel[i] < 1) {
        throw Values.declined(node, "has a stride, dilation or kernel below 1");
      }
      switch (automatic) {
        case "SAME_UPPER", "SAME_LOWER" -> {
          long places = (in + strides[i] - 1) / strides[i];
          long total = Math.max(0, (places - 1) * strides[i] + reach - in);
          before[i] = automatic.equals("SAME_UPPER") ? total / 2 : total - total / 2;
          after[i] = total - before[i];
        }
        case "VALID" -> before[i] = after[i] = 0;
        case "NOTSET", "" -> {}
        default -> throw Values.declined(node, "auto_pad is \"" + automatic + "\"");
      }
      long room = in + before[i] + after[i] - reach;
      out[i] = (roundUp ? Math.ceilDiv(room, strides[i]) : Math.floorDiv(room, strides[i])) + 1;
      if (roundUp && (out[i] - 1) * strides[i] >= in + before[i]) {
        out[i]--;
      }
      if (out[i] < 1) {
        throw Values.declined(
            node,
            "its window of "
                + reach
                + " is longer than axis "
                + (i + 2)
                + " of "
                + Arrays.toString(x)
                + " with its padding");
      }
      needed[i] = Math.max(after[i], (out[i] - 1) * strides[i] + reach - in - before[i]);
      ValueSizes.limit(node, x[0], in + before[i] + needed[i]);
    }
    return new Window(kernel, strides, dilations, before, after, needed, out);
  }

  private static long[] attribute(Node node, String name, int length, long otherwise) {
    long[] values = node.intsAttribute(name);
    if (values.length == 0) {
      values = new long[length];
      Arrays.fill(values, otherwise);
    }
    if (values.length != length) {
      throw Values.declined(
          node, name + " is " + Arrays.toString(values) + ", not " + length + " numbers");
    }
    return values;
  }

  /** Whether both ends of each axis are padded alike, and no more than half a window. */
  boolean plain() {
    for (int i = 0; i < kernel.length; i++) {
      if (before[i] != needed[i] || 2 * before[i] > kernel[i] || before[i] < 0) {
        return false;
      }
    }
    return true;
  }

  boolean dilated() {
    return Arrays.stream(dilations).anyMatch(d -> d != 1);
  }

  /** Cells of the window. */
  long cells() {
    return Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
  }

  /** A value with the padding that windows read. */
  NDArray padded(Node node, NDArray x, double value) {
    return padded(node, x, before, needed, value);
  }

  static NDArray padded(Node node, NDArray x, long[] before, long[] after, double value) {
    long[] shape = Values.dims(x).clone();
    long[] pads = new long[2 * before.length];
    for (int i = 0; i < before.length; i++) {
      shape[i + 2] += before[i] + after[i];
      int last = 2 * (before.length - 1 - i);
      pads[last] = before[i];
      pads[last + 1] = after[i];
    }
    ValueSizes.limit(node, shape);
    return Arrays.stream(pads).allMatch(p -> p == 0) ? x : JniUtils.pad(pt(x), pads, value);
  }

  /**
   * Checks the size of all that the window sees, cell by cell.
   *
   * @param channels of how many channels, batch included
   * @throws dev.espalier.onnx.OnnxException where it is too large
   */
  void limit(Node node, long channels) {
    long[] seen = Arrays.copyOf(out, out.length + 2);
    seen[out.length] = cells();
    seen[out.length + 1] = channels;
    ValueSizes.limit(node, seen);
  }

  /**
   * What one cell of the window sees at all its places.
   *
   * @param padded see {@link #padded}
   * @param cell from 0, row-major
   */
  NDArray seen(NDArray padded, long cell) {
    PtNDArray part = pt(padded);
    long rest = cell;
    for (int i = kernel.length - 1; i >= 0; i--) {
      long from = rest % kernel[i] * dilations[i];
      rest /= kernel[i];
      part = JniUtils.slice(part, i + 2, from, from + (out[i] - 1) * strides[i] + 1, strides[i]);
    }
    return part;
  }
}

package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One spatial axis of a transposed convolution.
 *
 * @param length of the input
 * @param kernel taps
 * @param stride at least 1
 * @param dilation at least 1
 * @param cut elements of the whole result that padding takes away at its start
 * @param output length of the output; where the whole result ends earlier, zeros follow
 */
record TransposedAxis(long length, long kernel, long stride, long dilation, long cut, long output) {
  /**
   * The elements of the whole result whose index is the same modulo the stride.
   *
   * @param first of its taps in the flipped kernel
   * @param step from one of its taps to the next
   * @param taps number of taps; with 0 the elements are 0
   * @param dilation between the input's elements that neighbouring taps see
   * @param before zeros in front of the input
   * @param after zeros behind the input; below 0 the input is cut
   * @param length number of elements
   */
  record Phase(
      long first, long step, long taps, long dilation, long before, long after, long length) {}

  /**
   * @throws dev.espalier.onnx.OnnxException where an attribute does not fit
   */
  static TransposedAxis[] of(Node node, Shape x, Shape w) {
    int axes = x.dimension() - 2;
    long[] strides = list(node, "strides", axes, 1, 1);
    long[] dilations = list(node, "dilations", axes, 1, 1);
    long[] more = list(node, "output_padding", axes, 0, 0);
    long[] pads = list(node, "pads", 2 * axes, 0, 0);
    long[] wanted = node.intsAttribute("output_shape");
    String auto = node.stringAttribute("auto_pad", "NOTSET");
    boolean same = auto.startsWith("SAME");
    TransposedAxis[] all = new TransposedAxis[axes];
    for (int i = 0; i < axes; i++) {
      long length = x.get(i + 2);
      long kernel = w.get(i + 2);
      long whole = (length - 1) * strides[i] + more[i] + (kernel - 1) * dilations[i] + 1;
      long cut = auto.equals("VALID") ? 0 : pads[i];
      long output = whole - (auto.equals("VALID") ? 0 : pads[i] + pads[i + axes]);
      if (wanted.length > 0 || same) {
        output = wanted.length > 0 ? wanted[wanted.length - axes + i] : length * strides[i];
        long total = Math.max(0, whole - output);
        cut = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        output = wanted.length > 0 ? output : whole - total;
      }
      if (output < 1 || cut < 0) {
        throw Values.declined(
            node, "makes an output of length " + output + " on spatial axis " + i);
      }
      all[i] = new TransposedAxis(length, kernel, strides[i], dilations[i], cut, output);
    }
    return all;
  }

  private static long[] list(Node node, String name, int length, long otherwise, long least) {
    long[] values = node.intsAttribute(name);
    if (values.length == 0) {
      values = new long[length];
      Arrays.fill(values, otherwise);
    }
    if (values.length != length) {
      throw Values.declined(node, name + " has " + values.length + " values; it needs " + length);
    }
    for (long value : values) {
      if (value < least) {
        throw Values.declined(node, name + " " + value + " is below " + least);
      }
    }
    return values;
  }

  /** Upper bound of what is made along the axis, before the cut. */
  long made() {
    long whole = (length - 1) * stride + (kernel - 1) * dilation + 1;
    return Math.max(whole, cut + output) + stride;
  }

  /** The phases in order; element {@code t} of phase {@code r} is {@code t * stride + r}. */
  List<Phase> phases() {
    long elements = Math.ceilDiv(cut + output, stride);
    long gcd = gcd(stride, dilation);
    long step = stride / gcd;
    long spread = dilation / gcd;
    List<Phase> phases = new ArrayList<>();
    for (long r = 0; r < stride; r++) {
      long tap = 0;
      while (tap < step && tap * dilation % stride != r) {
        tap++;
      }
      long offset = tap * dilation / stride;
      if (tap == step || tap >= kernel || offset >= elements) {
        phases.add(new Phase(0, 1, 0, 1, 0, 0, elements));
        continue;
      }
      long taps = (kernel - 1 - tap) / step + 1;
      phases.add(
          new Phase(
              kernel - 1 - (tap + (taps - 1) * step),
              step,
              taps,
              spread,
              offset + (taps - 1) * spread,
              elements - length - offset,
              elements));
    }
    return phases;
  }

  /** From what the phases make together to the output. */
  NDArray cut(NDArray whole, int axis) {
    return Nd.slice(whole, axis, cut, cut + output);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}

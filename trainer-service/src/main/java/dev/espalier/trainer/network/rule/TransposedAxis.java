package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.Node;
import java.util.Arrays;

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

  /** Elements of each phase: those of the whole result up to the output's end, by the stride. */
  long elements() {
    return Math.ceilDiv(cut + output, stride);
  }

  /** What the plain convolution has between its taps. */
  long spread() {
    return stride == 1 ? dilation : 1;
  }

  /** Taps of each phase: every stride-th of the kernel. */
  long taps() {
    return stride == 1 ? kernel : Math.ceilDiv((kernel - 1) * dilation + 1, stride);
  }

  /** The kernel with its dilation written out as zeros and zeros at its end, so that phases fit. */
  NDArray kernel(NDArray w, int axis) {
    NDArray dense = w;
    if (stride > 1 && dilation > 1) {
      long[] dims = Values.dims(w).clone();
      dims[axis] *= dilation;
      NDArray spaced = Nd.pad(w.expandDims(axis + 1), axis + 1, 0, dilation - 1, 0);
      dense = Nd.slice(Values.reshaped(spaced, dims), axis, 0, (kernel - 1) * dilation + 1);
    }
    return Nd.pad(dense, axis, 0, taps() * stride - dense.getShape().get(axis), 0);
  }

  /** The input with the zeros around it that the plain convolution reads. */
  NDArray input(NDArray x, int axis) {
    return Nd.pad(x, axis, (taps() - 1) * spread(), elements() - length, 0);
  }

  /** From the whole result to the output. */
  NDArray cut(NDArray whole, int axis) {
    return Nd.slice(whole, axis, cut, cut + output);
  }
}

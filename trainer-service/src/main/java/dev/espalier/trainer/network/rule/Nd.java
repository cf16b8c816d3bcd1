package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.pt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Pass;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/** What several rules need of the engine, in ONNX' terms. All of it can be differentiated. */
final class Nd {
  private Nd() {}

  /** The elements of an array of any number type, row-major. */
  static double[] doubles(NDArray x) {
    return x.size() == 0 ? new double[0] : x.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /** An int64 array. */
  static NDArray of(NDManager manager, long[] values, long... dims) {
    return manager.create(LongBuffer.wrap(values), new Shape(dims), DataType.INT64);
  }

  /** An array of the network's own element type. */
  static NDArray of(Pass pass, double[] values, long... dims) {
    NDArray array =
        pass.manager().create(DoubleBuffer.wrap(values), new Shape(dims), DataType.FLOAT64);
    return array.toType(pass.type(), false);
  }

  /** Every {@code step}-th slice of an axis from {@code from} to before {@code to}. */
  static NDArray slice(NDArray x, int axis, long from, long to, long step) {
    return JniUtils.slice(pt(x), axis, from, to, step);
  }

  static NDArray slice(NDArray x, int axis, long from, long to) {
    return slice(x, axis, from, to, 1);
  }

  /** The slices of an axis at the given indices, each from 0, in their order. */
  static NDArray pick(NDArray x, int axis, long[] indices) {
    NDArray first = x.swapAxes(0, axis);
    long[] dims = Values.dims(first).clone();
    NDArray rows = Values.reshaped(first, dims[0], product(dims, 1, dims.length));
    NDArray at = of(x.getManager(), indices, indices.length);
    dims[0] = indices.length;
    return Values.reshaped(JniUtils.embedding(pt(at), pt(rows), false), dims).swapAxes(0, axis);
  }

  /** Dims of which all are 1 but one. */
  static long[] ones(int rank, int axis, long length) {
    long[] dims = new long[rank];
    Arrays.fill(dims, 1);
    dims[axis] = length;
    return dims;
  }

  /** Lengthens an axis at both ends by a value; a negative length cuts. */
  static NDArray pad(NDArray x, int axis, long before, long after, double value) {
    if (before == 0 && after == 0) {
      return x;
    }
    long[] lengths = new long[2 * (Values.rank(x) - axis)];
    lengths[lengths.length - 2] = before;
    lengths[lengths.length - 1] = after;
    return JniUtils.pad(pt(x), lengths, value);
  }

  static NDArray where(NDArray condition, NDArray then, NDArray otherwise) {
    return JniUtils.where(pt(condition), pt(then), pt(otherwise));
  }

  static NDArray oneForZero(NDArray x) {
    return where(x.eq(Values.scalar(x, 0)), x.onesLike(), x);
  }

  /** The p-th root of what is at least 0; where it is 0, it has the gradient 0 and not infinity. */
  static NDArray root(NDArray x, long p) {
    NDArray safe = oneForZero(x);
    NDArray root = p == 2 ? safe.sqrt() : safe.pow(Values.scalar(x, 1.0 / p));
    return where(x.eq(Values.scalar(x, 0)), x.zerosLike(), root);
  }

  static NDArray stack(List<NDArray> parts, int axis) {
    return JniUtils.stack(parts.toArray(PtNDArray[]::new), axis);
  }

  static NDArray concat(List<NDArray> parts, int axis) {
    return JniUtils.cat(parts.toArray(PtNDArray[]::new), axis);
  }

  /** The mean over axes, which stay with length 1; the engine's own takes one axis. */
  static NDArray mean(NDArray x, int[] axes) {
    long count = 1;
    for (int axis : axes) {
      count *= x.getShape().get(axis);
    }
    return x.sum(axes, true).div(Values.scalar(x, count));
  }

  /** The axes from {@code from} to before {@code to}. */
  static int[] axes(int from, int to) {
    int[] axes = new int[to - from];
    Arrays.setAll(axes, i -> from + i);
    return axes;
  }

  /** An operator's outputs, as many as the node names. */
  static NDList outputs(Node node, NDArray... outputs) {
    return new NDList(Arrays.copyOf(outputs, Math.min(outputs.length, node.outputs().size())));
  }

  /** Product of some of the dims. */
  static long product(long[] dims, int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= dims[i];
    }
    return product;
  }
}

package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.dims;
import static dev.espalier.trainer.network.rule.Values.pt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;

/** The largest value in each window, and where it is. */
final class MaxPoolRule implements OperatorRule {
  @Override
  public Operation bind(Node node, Context context) {
    Values.arity(node, 1, 1, 2);
    long[] kernel = node.intsAttribute("kernel_shape");
    boolean roundUp = node.intAttribute("ceil_mode", 0) != 0;
    boolean columnMajor = node.intAttribute("storage_order", 0) != 0;
    boolean where = node.outputs().size() > 1 && !node.outputs().get(1).isEmpty();
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      Window window = Window.of(node, dims(x), kernel, roundUp);
      if (where) {
        ValueSizes.limitInJava(node, dims(x));
        return withPositions(node, window, x, positions(pass.manager(), dims(x), columnMajor));
      }
      if (Values.isFloat(x)) {
        return new NDList(largest(node, window, x));
      }
      NDArray pooled = largest(node, window, x.toType(DataType.FLOAT64, false));
      return new NDList(pooled.toType(x.getDataType(), false));
    };
  }

  private static NDArray largest(Node node, Window window, NDArray x) {
    if (!window.dilated() && window.kernel().length <= 3) {
      boolean plain = window.plain();
      NDArray fed = plain ? x : window.padded(node, x, Double.NEGATIVE_INFINITY);
      return JniUtils.maxPool(
          pt(fed),
          new Shape(window.kernel()),
          new Shape(window.strides()),
          new Shape(plain ? window.before() : new long[window.kernel().length]),
          false);
    }
    window.limit(node, x.getShape().get(0) * x.getShape().get(1));
    NDArray padded = window.padded(node, x, Double.NEGATIVE_INFINITY);
    NDArray best = window.seen(padded, 0);
    for (long cell = 1; cell < window.cells(); cell++) {
      NDArray seen = window.seen(padded, cell);
      best = JniUtils.where(pt(seen.gt(best)), pt(seen), pt(best));
    }
    return best;
  }

  private static NDList withPositions(Node node, Window window, NDArray x, NDArray positions) {
    window.limit(node, x.getShape().get(0) * x.getShape().get(1));
    boolean exact = Values.isFloat(x);
    NDArray values = exact ? x : x.toType(DataType.FLOAT64, false);
    NDArray padded = window.padded(node, values, Double.NEGATIVE_INFINITY);
    NDArray places = window.padded(node, positions, -1);
    NDArray best = window.seen(padded, 0);
    NDArray at = window.seen(places, 0);
    for (long cell = 1; cell < window.cells(); cell++) {
      NDArray seen = window.seen(padded, cell);
      NDArray larger = seen.gt(best);
      best = JniUtils.where(pt(larger), pt(seen), pt(best));
      at = JniUtils.where(pt(larger), pt(window.seen(places, cell)), pt(at));
    }
    return new NDList(exact ? best : best.toType(x.getDataType(), false), at);
  }

  /** The position of each element in the whole value; spatial axes last first on request. */
  private static NDArray positions(NDManager manager, long[] dims, boolean columnMajor) {
    long[] positions = new long[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    int plane = (int) Arrays.stream(dims).skip(2).reduce(1, (a, b) -> a * b);
    for (int i = 0; i < positions.length; i++) {
      long at = i;
      if (columnMajor) {
        long rest = i % plane;
        long factor = plane;
        at = i - rest;
        for (int axis = dims.length - 1; axis >= 2; axis--) {
          factor /= dims[axis];
          at += rest % dims[axis] * factor;
          rest /= dims[axis];
        }
      }
      positions[i] = at;
    }
    return manager.create(positions).reshape(new Shape(dims));
  }
}

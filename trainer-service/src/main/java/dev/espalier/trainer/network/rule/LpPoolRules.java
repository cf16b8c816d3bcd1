package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.scalar;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;

/** Pooling by the p-norm: {@code (sum of |x|^p)^(1/p)} over a window, or over all of space. */
final class LpPoolRules {
  private LpPoolRules() {}

  static OperatorRule global() {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      long p = p(node);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        return new NDList(root(power(x, p).sum(Nd.axes(2, Values.rank(x)), true), p));
      };
    };
  }

  /** The window's sum is taken axis by axis, tap by tap. */
  static OperatorRule pool() {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      long p = p(node);
      long[] kernel = node.intsAttribute("kernel_shape");
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        if (kernel.length == 0 || kernel.length != Values.rank(x) - 2) {
          throw Values.declined(
              node, "kernel_shape " + Arrays.toString(kernel) + " does not fit " + x.getShape());
        }
        NDArray sum = power(x, p);
        for (int i = 0; i < kernel.length; i++) {
          sum = windows(node, sum, i, kernel.length, kernel[i]);
        }
        return new NDList(root(sum, p));
      };
    };
  }

  private static NDArray windows(Node node, NDArray x, int i, int axes, long kernel) {
    int axis = i + 2;
    long stride = value(node, "strides", axes, i, 1);
    long dilation = value(node, "dilations", axes, i, 1);
    long before = value(node, "pads", 2 * axes, i, 0);
    long after = value(node, "pads", 2 * axes, i + axes, 0);
    long reach = (kernel - 1) * dilation + 1;
    long length = x.getShape().get(axis);
    String auto = node.stringAttribute("auto_pad", "NOTSET");
    if (auto.startsWith("SAME")) {
      long total = Math.max(0, (Math.ceilDiv(length, stride) - 1) * stride + reach - length);
      before = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
      after = total - before;
    } else if (auto.equals("VALID")) {
      before = 0;
      after = 0;
    }
    long room = length + before + after - reach;
    if (room < 0) {
      throw Values.declined(node, "its window is longer than axis " + axis + " of " + x.getShape());
    }
    boolean ceil = node.intAttribute("ceil_mode", 0) != 0;
    long outputs = (ceil ? Math.ceilDiv(room, stride) : room / stride) + 1;
    if (ceil && (outputs - 1) * stride >= length + before) {
      outputs--;
    }
    long[] made = Values.dims(x).clone();
    made[axis] = length + before + after + stride;
    ValueSizes.limit(node, made);
    long span = (outputs - 1) * stride + 1;
    NDArray padded =
        Nd.pad(x, axis, before, Math.max(after, span + reach - 1 - length - before), 0);
    NDArray sum = null;
    for (long tap = 0; tap < kernel; tap++) {
      NDArray part = Nd.slice(padded, axis, tap * dilation, tap * dilation + span, stride);
      sum = sum == null ? part : sum.add(part);
    }
    return sum;
  }

  private static long value(Node node, String name, int length, int i, long otherwise) {
    long[] values = node.intsAttribute(name);
    if (values.length != 0 && values.length != length) {
      throw Values.declined(node, name + " has " + values.length + " values; it needs " + length);
    }
    long value = values.length == 0 ? otherwise : values[i];
    if (value < otherwise) {
      throw Values.declined(node, name + " " + value + " is below " + otherwise);
    }
    return value;
  }

  private static long p(Node node) {
    long p = node.intAttribute("p", 2);
    if (p < 1) {
      throw Values.declined(node, "p " + p + " is below 1");
    }
    return p;
  }

  private static NDArray power(NDArray x, long p) {
    return p == 1 ? x.abs() : p == 2 ? x.square() : x.abs().pow(scalar(x, p));
  }

  private static NDArray root(NDArray sum, long p) {
    return p == 1 ? sum : p == 2 ? sum.sqrt() : sum.pow(scalar(sum, 1.0 / p));
  }
}

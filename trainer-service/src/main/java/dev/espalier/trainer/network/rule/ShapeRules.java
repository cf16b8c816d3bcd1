package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Elementwise.unary;
import static dev.espalier.trainer.network.rule.Values.dims;
import static dev.espalier.trainer.network.rule.Values.pt;
import static dev.espalier.trainer.network.rule.Values.rank;
import static dev.espalier.trainer.network.rule.Values.reshaped;
import static java.util.Map.entry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import java.util.Arrays;
import java.util.Map;

/** Operators that give values other shapes. */
public final class ShapeRules {
  private ShapeRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.ofEntries(
        entry("Identity", unary(x -> x)),
        entry("Reshape", ShapeRules::reshape),
        entry("Flatten", ShapeRules::flatten),
        entry("Transpose", ShapeRules::transpose),
        entry("Squeeze", ShapeRules::squeeze),
        entry("Unsqueeze", ShapeRules::unsqueeze));
  }

  /** The target is an attribute before operator set 5. */
  private static Operation reshape(Node node, Context context) {
    Values.arity(node, context.opset() < 5 ? 1 : 2, 2, 1);
    boolean zeroIsZero = node.intAttribute("allowzero", 0) != 0;
    long[] attribute = node.intsAttribute("shape");
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      NDArray given = Values.input(inputs, 1);
      long[] target = given == null ? attribute.clone() : Values.longs(given);
      if (!zeroIsZero) {
        for (int i = 0; i < target.length; i++) {
          if (target[i] == 0) {
            target[i] = x.getShape().get(Values.axis(node, i, rank(x)));
          }
        }
      }
      return new NDList(reshaped(x, filled(node, target, x)));
    };
  }

  /** Puts a number in the place of a -1. */
  private static long[] filled(Node node, long[] target, NDArray x) {
    long known = 1;
    int open = -1;
    for (int i = 0; i < target.length; i++) {
      if (target[i] == -1 && open < 0) {
        open = i;
      } else if (target[i] < 0) {
        throw Values.declined(node, "is asked for the shape " + Arrays.toString(target));
      } else {
        known = target[i] == 0 ? 0 : Math.multiplyExact(known, target[i]);
      }
    }
    if (open >= 0 && known > 0) {
      target[open] = x.size() / known;
      known *= target[open];
    } else if (open >= 0) {
      target[open] = 0;
    }
    if (known != x.size()) {
      throw Values.declined(
          node, "a value of " + x.getShape() + " does not fit " + Arrays.toString(target));
    }
    return target;
  }

  private static Operation flatten(Node node, Context context) {
    Values.arity(node, 1, 1, 1);
    long axis = node.intAttribute("axis", 1);
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      int at = axis == rank(x) ? rank(x) : Values.axis(node, axis, rank(x));
      return new NDList(matrix(x, at));
    };
  }

  /** A value as a matrix: the axes before one are its rows. */
  static NDArray matrix(NDArray x, int axis) {
    long rows = 1;
    long columns = 1;
    for (int i = 0; i < rank(x); i++) {
      if (i < axis) {
        rows *= x.getShape().get(i);
      } else {
        columns *= x.getShape().get(i);
      }
    }
    return reshaped(x, rows, columns);
  }

  private static Operation transpose(Node node, Context context) {
    Values.arity(node, 1, 1, 1);
    long[] given = node.intsAttribute("perm");
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      long[] order = given;
      if (node.attribute("perm").isEmpty()) {
        order = new long[rank(x)];
        for (int i = 0; i < order.length; i++) {
          order[i] = order.length - 1 - i;
        }
      } else if (given.length != rank(x)) {
        throw Values.declined(
            node, "perm " + Arrays.toString(given) + " does not fit a value of " + x.getShape());
      }
      return new NDList(order.length < 2 ? x : JniUtils.permute(pt(x), order));
    };
  }

  private static Operation squeeze(Node node, Context context) {
    Values.arity(node, 1, context.opset() < 13 ? 1 : 2, 1);
    long[] attribute = node.intsAttribute("axes");
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      NDArray given = Values.input(inputs, 1);
      int[] axes = Values.axes(node, given == null ? attribute : Values.longs(given), rank(x));
      boolean all = given == null && node.attribute("axes").isEmpty();
      long[] dims = dims(x);
      long[] kept = new long[dims.length];
      int count = 0;
      for (int i = 0; i < dims.length; i++) {
        boolean named = Arrays.binarySearch(axes, i) >= 0;
        if (named && dims[i] != 1) {
          throw Values.declined(node, "axis " + i + " of " + x.getShape() + " is not 1");
        }
        if (!named && !(all && dims[i] == 1)) {
          kept[count++] = dims[i];
        }
      }
      return new NDList(reshaped(x, Arrays.copyOf(kept, count)));
    };
  }

  private static Operation unsqueeze(Node node, Context context) {
    Values.arity(node, context.opset() < 13 ? 1 : 2, 2, 1);
    long[] attribute = node.intsAttribute("axes");
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      NDArray given = Values.input(inputs, 1);
      long[] named = given == null ? attribute : Values.longs(given);
      int[] axes = Values.axes(node, named, rank(x) + named.length);
      long[] dims = new long[rank(x) + named.length];
      int from = 0;
      for (int i = 0; i < dims.length; i++) {
        dims[i] = Arrays.binarySearch(axes, i) >= 0 ? 1 : x.getShape().get(from++);
      }
      return new NDList(reshaped(x, dims));
    };
  }
}

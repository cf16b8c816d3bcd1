package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.dims;
import static dev.espalier.trainer.network.rule.Values.pt;
import static dev.espalier.trainer.network.rule.Values.rank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;
import java.util.Map;

/** Operators that put values together or repeat them. */
public final class JoinRules {
  private JoinRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.of(
        "Concat", JoinRules::concat, "Expand", JoinRules::expand, "Tile", JoinRules::tile);
  }

  private static Operation concat(Node node, Context context) {
    Values.arity(node, 1, Integer.MAX_VALUE, 1);
    if (context.opset() >= 4 && node.attribute("axis").isEmpty()) {
      throw Values.declined(node, "has no axis");
    }
    long axis = node.intAttribute("axis", 1);
    return (inputs, pass) -> {
      int at = Values.axis(node, axis, rank(inputs.get(0)));
      long[] dims = dims(inputs.get(0)).clone();
      dims[at] = 0;
      PtNDArray[] parts = new PtNDArray[inputs.size()];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = pt(inputs.get(i));
        dims[at] += dims(parts[i])[Values.axis(node, at, rank(parts[i]))];
      }
      ValueSizes.limit(node, dims);
      return new NDList(parts.length == 1 ? parts[0] : JniUtils.cat(parts, at));
    };
  }

  private static Operation expand(Node node, Context context) {
    Values.arity(node, 2, 2, 1);
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      long[] shape = Values.broadcast(node, dims(x), Values.longs(inputs.get(1)));
      return new NDList(
          Arrays.equals(shape, dims(x)) ? x : JniUtils.broadcast(pt(x), new Shape(shape)));
    };
  }

  private static Operation tile(Node node, Context context) {
    if (context.opset() < 6) {
      throw Values.declined(node, "is of an operator set before 6; convert the model");
    }
    Values.arity(node, 2, 2, 1);
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      long[] repeats = Values.longs(inputs.get(1));
      long[] shape = dims(x).clone();
      if (repeats.length != shape.length || Arrays.stream(repeats).anyMatch(r -> r < 0)) {
        throw Values.declined(
            node, "cannot repeat " + x.getShape() + " " + Arrays.toString(repeats) + " times");
      }
      for (int i = 0; i < shape.length; i++) {
        ValueSizes.limit(node, shape[i], repeats[i]);
        shape[i] *= repeats[i];
      }
      ValueSizes.limit(node, shape);
      return new NDList(shape.length == 0 ? x : JniUtils.tile(pt(x), repeats));
    };
  }
}

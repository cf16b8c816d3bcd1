package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.pt;
import static dev.espalier.trainer.network.rule.Values.rank;
import static dev.espalier.trainer.network.rule.Values.scalar;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.trainer.network.OperatorRule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Reductions over axes. */
public final class ReduceRules {
  /** Reduces some axes, given in ascending order and at least one, and keeps each as 1. */
  private interface Reduction {
    NDArray apply(NDArray x, int[] axes);
  }

  private ReduceRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    Map<String, OperatorRule> rules = new HashMap<>();
    rules.put("ReduceSum", rule(13, ReduceRules::sum));
    rules.put("ReduceMean", rule(18, ReduceRules::mean));
    rules.put("ReduceMax", rule(18, (x, axes) -> extreme(x, axes, true)));
    rules.put("ReduceMin", rule(18, (x, axes) -> extreme(x, axes, false)));
    rules.put("ReduceProd", rule(18, ReduceRules::product));
    rules.put("ReduceL1", rule(18, (x, axes) -> sum(x.abs(), axes)));
    rules.put("ReduceL2", rule(18, ReduceRules::norm));
    rules.put("ReduceSumSquare", rule(18, (x, axes) -> sum(x.mul(x), axes)));
    rules.put("ReduceLogSum", rule(18, (x, axes) -> sum(x, axes).log()));
    rules.put("ReduceLogSumExp", rule(18, ReduceRules::logSumExp));
    return rules;
  }

  /**
   * @param inputFrom operator set from which on the axes are an input
   */
  private static OperatorRule rule(int inputFrom, Reduction reduction) {
    return (node, context) -> {
      Values.arity(node, 1, context.opset() < inputFrom ? 1 : 2, 1);
      boolean keep = node.intAttribute("keepdims", 1) != 0;
      boolean none = node.intAttribute("noop_with_empty_axes", 0) != 0;
      long[] attribute = node.intsAttribute("axes");
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        NDArray given = Values.input(inputs, 1);
        int[] axes = Values.axes(node, given == null ? attribute : Values.longs(given), rank(x));
        if (axes.length == 0 && !none) {
          axes = IntStream.range(0, rank(x)).toArray();
        }
        NDArray reduced = reduction.apply(x, axes);
        return new NDList(keep || axes.length == 0 ? reduced : without(reduced, axes));
      };
    };
  }

  private static NDArray without(NDArray x, int[] axes) {
    long[] kept =
        IntStream.range(0, rank(x))
            .filter(i -> Arrays.binarySearch(axes, i) < 0)
            .mapToLong(i -> x.getShape().get(i))
            .toArray();
    return x.reshape(new Shape(kept));
  }

  static NDArray sum(NDArray x, int[] axes) {
    if (axes.length == 0) {
      return x;
    }
    NDArray sum = JniUtils.sum(pt(x), Arrays.stream(axes).asLongStream().toArray(), true);
    return sum.getDataType() == x.getDataType() ? sum : sum.toType(x.getDataType(), false);
  }

  static NDArray mean(NDArray x, int[] axes) {
    long count =
        Arrays.stream(axes).mapToLong(axis -> x.getShape().get(axis)).reduce(1, (a, b) -> a * b);
    NDArray sum = sum(x, axes);
    if (Values.isFloat(x)) {
      return sum.div(scalar(x, count));
    }
    NDArray doubles = sum.toType(DataType.FLOAT64, false);
    return doubles.div(scalar(doubles, count)).trunc().toType(x.getDataType(), false);
  }

  /** The largest or smallest; of an empty value, the least or greatest that there is. */
  static NDArray extreme(NDArray x, int[] axes, boolean largest) {
    if (x.size() == 0 && axes.length > 0) {
      double least = largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      return sum(x, axes).add(scalar(x, least));
    }
    boolean booleans = x.getDataType() == DataType.BOOLEAN;
    NDArray reduced = booleans ? x.toType(DataType.UINT8, false) : x;
    for (int axis : axes) {
      reduced =
          largest ? JniUtils.max(pt(reduced), axis, true) : JniUtils.min(pt(reduced), axis, true);
    }
    return booleans ? reduced.toType(DataType.BOOLEAN, false) : reduced;
  }

  private static NDArray product(NDArray x, int[] axes) {
    NDArray product = x;
    for (int axis : axes) {
      product = JniUtils.prod(pt(product), axis, true);
    }
    return product.getDataType() == x.getDataType()
        ? product
        : product.toType(x.getDataType(), false);
  }

  private static NDArray norm(NDArray x, int[] axes) {
    NDArray squares = sum(x.mul(x), axes);
    return Values.isFloat(x)
        ? Nd.root(squares, 2)
        : squares.toType(DataType.FLOAT64, false).sqrt().toType(x.getDataType(), false);
  }

  /** Around the largest, so that nothing overflows. */
  private static NDArray logSumExp(NDArray x, int[] axes) {
    NDArray largest = extreme(x.stopGradient(), axes, true);
    NDArray finite = JniUtils.where(pt(largest.isInfinite()), pt(largest.zerosLike()), pt(largest));
    return sum(x.sub(finite).exp(), axes).log().add(finite);
  }
}

package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.scalar;
import static java.util.Map.entry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.OperatorRule;
import java.util.Map;

/** Normalisations that take their statistics from the input alone; scales and biases train. */
public final class NormRules {
  private NormRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.ofEntries(
        entry("InstanceNormalization", instance()),
        entry("GroupNormalization", group()),
        entry("LpNormalization", lp()),
        entry("LRN", localResponse()),
        entry("MeanVarianceNormalization", meanVariance()),
        entry("RMSNormalization", rootMeanSquare()),
        entry("SimplifiedLayerNormalization", rootMeanSquare()));
  }

  /** {@code (x - mean) / sqrt(variance + epsilon)}, both taken over the axes. */
  static NDArray standardised(NDArray x, int[] axes, double epsilon) {
    NDArray centred = x.sub(Nd.mean(x, axes));
    NDArray variance = Nd.mean(centred.square(), axes);
    return centred.div(variance.add(scalar(x, epsilon)).sqrt());
  }

  /** {@code 1 / sqrt(mean of squares + epsilon)} over the axes, which stay with length 1. */
  static NDArray inverseRootMeanSquare(NDArray x, int[] axes, double epsilon) {
    NDArray root = Nd.mean(x.square(), axes).add(scalar(x, epsilon)).sqrt();
    return root.onesLike().div(root);
  }

  /** Every channel of every example by itself. */
  private static OperatorRule instance() {
    return (node, context) -> {
      Values.arity(node, 3, 3, 1);
      float epsilon = node.floatAttribute("epsilon", 1e-5f);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        long[] dims = Values.dims(x);
        channels(node, x, inputs.get(1), inputs.get(2), dims.length > 1 ? dims[1] : 0);
        NDArray y = standardised(x, Nd.axes(2, dims.length), epsilon);
        return new NDList(scaled(y, inputs.get(1), inputs.get(2)));
      };
    };
  }

  /**
   * Groups of channels of every example. Scale and bias have one element a group (version 18) or a
   * channel (version 21 on); their length says which.
   */
  private static OperatorRule group() {
    return (node, context) -> {
      Values.arity(node, 3, 3, 1);
      float epsilon = node.floatAttribute("epsilon", 1e-5f);
      long groups = node.intAttribute("num_groups", 0);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        NDArray scale = inputs.get(1);
        NDArray bias = inputs.get(2);
        long[] dims = Values.dims(x);
        if (groups < 1 || dims.length < 2 || dims[1] % groups != 0) {
          throw Values.declined(node, groups + " groups do not fit input " + x.getShape());
        }
        boolean byGroup = scale.size() == groups;
        channels(node, x, scale, bias, byGroup ? groups : dims[1]);
        NDArray grouped = Values.reshaped(x, dims[0], groups, -1);
        NDArray y = standardised(grouped, new int[] {2}, epsilon);
        if (byGroup) {
          return new NDList(scaled(y, scale, bias).reshape(x.getShape()));
        }
        return new NDList(scaled(y.reshape(x.getShape()), scale, bias));
      };
    };
  }

  private static void channels(Node node, NDArray x, NDArray scale, NDArray bias, long channels) {
    Shape wanted = new Shape(channels);
    if (Values.rank(x) < 3 || !scale.getShape().equals(wanted) || !bias.getShape().equals(wanted)) {
      throw Values.declined(
          node,
          "scale "
              + scale.getShape()
              + " and bias "
              + bias.getShape()
              + " do not fit input "
              + x.getShape());
    }
  }

  /** Scale and bias along axis 1. */
  private static NDArray scaled(NDArray y, NDArray scale, NDArray bias) {
    long[] along = Nd.ones(Values.rank(y), 1, scale.size());
    return y.mul(Values.reshaped(scale, along)).add(Values.reshaped(bias, along));
  }

  /** By the p-norm, p being 1 or 2, along an axis; where that is 0 the output is 0. */
  private static OperatorRule lp() {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      long axis = node.intAttribute("axis", -1);
      long p = node.intAttribute("p", 2);
      if (p != 1 && p != 2) {
        throw Values.declined(node, "p is " + p + "; 1 and 2 are known");
      }
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        int[] axes = {Values.axis(node, axis, Values.rank(x))};
        NDArray sum = (p == 1 ? x.abs() : x.square()).sum(axes, true);
        NDArray safe = Nd.oneForZero(sum);
        return new NDList(x.div(p == 1 ? safe : safe.sqrt()));
      };
    };
  }

  /** {@code x / (bias + alpha / size * sum of squares of the channels around)^beta}. */
  private static OperatorRule localResponse() {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      long size = node.intAttribute("size", 0);
      double alpha = node.floatAttribute("alpha", 1e-4f);
      double beta = node.floatAttribute("beta", 0.75f);
      double bias = node.floatAttribute("bias", 1f);
      if (size < 1) {
        throw Values.declined(node, "size " + size + " is below 1");
      }
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        long channels = x.getShape().get(1);
        long before = Math.min((size - 1) / 2, channels);
        long after = Math.min(size / 2, channels);
        NDArray squares = Nd.pad(x.square(), 1, before, after, 0);
        NDArray sum = Nd.slice(squares, 1, 0, channels);
        for (long i = 1; i <= before + after; i++) {
          sum = sum.add(Nd.slice(squares, 1, i, i + channels));
        }
        NDArray base = sum.mul(scalar(x, alpha / size)).add(scalar(x, bias));
        return new NDList(x.div(base.pow(scalar(x, beta))));
      };
    };
  }

  /** {@code (x - mean) / (deviation + 1e-9)}, by default over all but the channels. */
  private static OperatorRule meanVariance() {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      long[] given = node.intsAttribute("axes");
      long[] axes = given.length == 0 ? new long[] {0, 2, 3} : given;
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        int[] over = Values.axes(node, axes, Values.rank(x));
        NDArray centred = x.sub(Nd.mean(x, over));
        NDArray deviation = Nd.root(Nd.mean(centred.square(), over), 2);
        return new NDList(centred.div(deviation.add(scalar(x, 1e-9))));
      };
    };
  }

  /** {@code x * scale / sqrt(mean of squares + epsilon)} over the axes from one on. */
  private static OperatorRule rootMeanSquare() {
    return (node, context) -> {
      Values.arity(node, 2, 2, 2);
      long axis = node.intAttribute("axis", -1);
      float epsilon = node.floatAttribute("epsilon", 1e-5f);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        int rank = Values.rank(x);
        int[] axes = Nd.axes(Values.axis(node, axis, rank), rank);
        Values.broadcast(node, Values.dims(x), Values.dims(inputs.get(1)));
        NDArray inverse = inverseRootMeanSquare(x, axes, epsilon);
        return Nd.outputs(node, x.mul(inverse).mul(inputs.get(1)), inverse);
      };
    };
  }
}

package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.dims;
import static dev.espalier.trainer.network.rule.Values.pt;
import static dev.espalier.trainer.network.rule.Values.scalar;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Convolution and pooling. */
public final class PoolRules {
  private PoolRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.of(
        "Conv",
        new ConvRule(),
        "MaxPool",
        new MaxPoolRule(),
        "AveragePool",
        PoolRules::averagePool,
        "LpPool",
        PoolRules::lpPool,
        "GlobalAveragePool",
        global(node -> x -> ReduceRules.mean(x, spatial(x))),
        "GlobalMaxPool",
        global(node -> x -> ReduceRules.extreme(x, spatial(x), true)),
        "GlobalLpPool",
        global(PoolRules::globalLp));
  }

  private static OperatorRule global(Function<Node, Function<NDArray, NDArray>> reader) {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      Function<NDArray, NDArray> function = reader.apply(node);
      return (inputs, pass) -> new NDList(function.apply(inputs.get(0)));
    };
  }

  private static int[] spatial(NDArray x) {
    return IntStream.range(2, Values.rank(x)).toArray();
  }

  private static Function<NDArray, NDArray> globalLp(Node node) {
    long p = node.intAttribute("p", 2);
    return x -> Nd.root(ReduceRules.sum(power(x, p), spatial(x)), p);
  }

  /** Cells of the padding count on request; those that only rounding up adds never do. */
  private static Operation averagePool(Node node, Context context) {
    Values.arity(node, 1, 1, 1);
    long[] kernel = node.intsAttribute("kernel_shape");
    boolean roundUp = node.intAttribute("ceil_mode", 0) != 0;
    boolean countPadding = node.intAttribute("count_include_pad", 0) != 0;
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      Window window = Window.of(node, dims(x), kernel, roundUp);
      boolean padded = Arrays.stream(window.before()).anyMatch(cells -> cells != 0);
      boolean counts = countPadding ? Arrays.equals(window.needed(), window.after()) : !padded;
      if (window.plain() && !window.dilated() && counts) {
        return new NDList(mean(window, x, window.before()));
      }
      long[] one = dims(x).clone();
      one[0] = 1;
      one[1] = 1;
      NDArray counted = pass.manager().ones(new Shape(one), x.getDataType());
      long[] excess = window.needed().clone();
      if (countPadding) {
        counted = Window.padded(node, counted, window.before(), window.after(), 1);
        for (int i = 0; i < excess.length; i++) {
          excess[i] -= window.after()[i];
        }
        counted = Window.padded(node, counted, new long[excess.length], excess, 0);
      } else {
        counted = window.padded(node, counted, 0);
      }
      return new NDList(
          total(node, window, window.padded(node, x, 0)).div(total(node, window, counted)));
    };
  }

  private static Operation lpPool(Node node, Context context) {
    Values.arity(node, 1, 1, 1);
    long[] kernel = node.intsAttribute("kernel_shape");
    boolean roundUp = node.intAttribute("ceil_mode", 0) != 0;
    long p = node.intAttribute("p", 2);
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      Window window = Window.of(node, dims(x), kernel, roundUp);
      return new NDList(Nd.root(total(node, window, window.padded(node, power(x, p), 0)), p));
    };
  }

  private static NDArray power(NDArray x, long p) {
    return p == 2 ? x.mul(x) : x.abs().pow(scalar(x, p));
  }

  /** The sum over each window of a value that has its padding. */
  private static NDArray total(Node node, Window window, NDArray padded) {
    if (!window.dilated()) {
      NDArray mean = mean(window, padded, new long[window.kernel().length]);
      return mean.mul(scalar(mean, window.cells()));
    }
    window.limit(node, padded.getShape().get(0) * padded.getShape().get(1));
    NDArray sum = window.seen(padded, 0);
    for (long cell = 1; cell < window.cells(); cell++) {
      sum = sum.add(window.seen(padded, cell));
    }
    return sum;
  }

  /** The engine divides by all cells of a window, those of the padding too. */
  private static NDArray mean(Window window, NDArray x, long[] padding) {
    return JniUtils.avgPool(
        pt(x),
        new Shape(window.kernel()),
        new Shape(window.strides()),
        new Shape(padding),
        false,
        true);
  }
}

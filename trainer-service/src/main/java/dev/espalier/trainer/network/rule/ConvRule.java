package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.dims;
import static dev.espalier.trainer.network.rule.Values.pt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;

/** Convolution over one to three axes, in groups; weight [out, in / groups, kernel...]. */
final class ConvRule implements OperatorRule {
  private final int inputs;

  ConvRule() {
    this(3);
  }

  /**
   * @param inputs most inputs of a node; those after the bias are not read
   */
  ConvRule(int inputs) {
    this.inputs = inputs;
  }

  @Override
  public Operation bind(Node node, Context context) {
    Values.arity(node, 2, inputs, 1);
    int groups = Math.toIntExact(node.intAttribute("group", 1));
    long[] kernel = node.intsAttribute("kernel_shape");
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      NDArray weight = inputs.get(1);
      NDArray bias = Values.input(inputs, 2);
      long[] w = dims(weight);
      check(node, dims(x), w, kernel, groups);
      Window window = Window.of(node, dims(x), Arrays.copyOfRange(w, 2, w.length), false);
      long[] shape = new long[w.length];
      shape[0] = x.getShape().get(0);
      shape[1] = w[0];
      System.arraycopy(window.out(), 0, shape, 2, w.length - 2);
      ValueSizes.limit(node, shape);
      double unfolded = (double) w[1] * window.cells();
      for (long places : window.out()) {
        unfolded *= places;
      }
      if (unfolded > ValueSizes.MOST_TOGETHER) {
        throw Values.declined(
            node, "would unfold an image to more than " + ValueSizes.MOST_TOGETHER + " elements");
      }
      boolean alike = Arrays.equals(window.before(), window.after());
      NDArray fed = alike ? x : Window.padded(node, x, window.before(), window.after(), 0);
      long[] padding = alike ? window.before() : new long[w.length - 2];
      return new NDList(
          JniUtils.convolution(
              pt(fed),
              pt(weight),
              bias == null ? null : pt(bias),
              new Shape(window.strides()),
              new Shape(padding),
              new Shape(window.dilations()),
              groups));
    };
  }

  private static void check(Node node, long[] x, long[] weight, long[] kernel, int groups) {
    boolean fit =
        x.length == weight.length
            && x.length >= 3
            && x.length <= 5
            && groups > 0
            && x[1] == weight[1] * groups
            && weight[0] % groups == 0
            && (kernel.length == 0
                || Arrays.equals(kernel, Arrays.copyOfRange(weight, 2, weight.length)));
    if (!fit) {
      throw Values.declined(
          node,
          "shapes "
              + Arrays.toString(x)
              + " and "
              + Arrays.toString(weight)
              + " do not fit together in "
              + groups
              + " groups");
    }
  }
}

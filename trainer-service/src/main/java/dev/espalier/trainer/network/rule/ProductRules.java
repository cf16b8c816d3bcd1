package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;
import java.util.Map;

/** Products of matrices. */
public final class ProductRules {
  private ProductRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.of("Gemm", new GemmRule(), "MatMul", matMul());
  }

  private static OperatorRule matMul() {
    return (node, context) -> {
      Values.arity(node, 2, 2, 1);
      return (inputs, pass) -> new NDList(product(node, inputs.get(0), inputs.get(1)));
    };
  }

  static NDArray product(Node node, NDArray a, NDArray b) {
    limit(node, Values.dims(a), Values.dims(b));
    return a.matMul(b);
  }

  /** As numpy.matmul: matrices in the last two axes, broadcast over the others. */
  private static void limit(Node node, long[] a, long[] b) {
    if (a.length == 0 || b.length == 0) {
      throw Values.declined(node, "a scalar has no product of matrices");
    }
    long[] left = a.length == 1 ? new long[] {1, a[0]} : a;
    long[] right = b.length == 1 ? new long[] {b[0], 1} : b;
    if (left[left.length - 1] != right[right.length - 2]) {
      throw Values.declined(
          node,
          "shapes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " do not fit together");
    }
    long[] stack =
        Values.broadcast(
            node, Arrays.copyOf(left, left.length - 2), Arrays.copyOf(right, right.length - 2));
    long[] product = Arrays.copyOf(stack, stack.length + 2);
    product[stack.length] = left[left.length - 2];
    product[stack.length + 1] = right[right.length - 1];
    ValueSizes.limit(node, product);
  }
}

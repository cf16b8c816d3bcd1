package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.core.Linear;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;

/** {@code y = alpha * A' B' + beta * C}, A' and B' transposed on request, C broadcast. */
final class GemmRule implements OperatorRule {
  @Override
  public Operation bind(Node node, Context context) {
    Values.arity(node, 2, 3, 1);
    float alpha = node.floatAttribute("alpha", 1f);
    float beta = node.floatAttribute("beta", 1f);
    boolean transA = node.intAttribute("transA", 0) != 0;
    boolean transB = node.intAttribute("transB", 0) != 0;
    boolean linear = !transA && transB && alpha == 1f && beta == 1f;
    return (inputs, pass) -> {
      NDArray a = inputs.get(0);
      NDArray b = inputs.get(1);
      NDArray c = Values.input(inputs, 2);
      limit(node, Values.dims(a), Values.dims(b), transA, transB);
      if (linear && isBias(c, b)) {
        return Linear.linear(a, b, c);
      }
      NDArray product = (transA ? a.transpose() : a).matMul(transB ? b.transpose() : b);
      NDArray scaled = alpha == 1f ? product : product.mul(Values.scalar(product, alpha));
      if (c == null || beta == 0f) {
        return new NDList(scaled);
      }
      return new NDList(scaled.add(beta == 1f ? c : c.mul(Values.scalar(c, beta))));
    };
  }

  private static void limit(Node node, long[] a, long[] b, boolean transA, boolean transB) {
    boolean fit = a.length == 2 && b.length == 2 && a[transA ? 0 : 1] == b[transB ? 1 : 0];
    if (!fit) {
      throw Values.declined(
          node,
          "shapes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " do not fit together");
    }
    ValueSizes.limit(node, a[transA ? 1 : 0], b[transB ? 0 : 1]);
  }

  private static boolean isBias(NDArray c, NDArray weight) {
    return c == null
        || c.getShape().dimension() == 1 && c.getShape().get(0) == weight.getShape().get(0);
  }
}

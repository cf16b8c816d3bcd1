package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What compares elements along an axis. Places are found in Java, so that ties go where ONNX says;
 * gradients flow through the values alone.
 */
final class OrderRules {
  private OrderRules() {}

  /** The k largest or smallest; of equals the first comes first. Outputs values and indices. */
  static OperatorRule topK() {
    OperatorRule rule =
        (node, context) -> {
          Values.arity(node, 1, 2, 2);
          long axis = node.intAttribute("axis", -1);
          boolean largest = node.intAttribute("largest", 1) != 0;
          return (inputs, pass) -> {
            NDArray x = inputs.get(0);
            int at = Values.axis(node, axis, Values.rank(x));
            NDArray given = Values.input(inputs, 1);
            long k = given == null ? node.intAttribute("k", 0) : Values.longs(given)[0];
            if (k < 0 || k > x.getShape().get(at)) {
              throw Values.declined(node, "k " + k + " does not fit " + x.getShape());
            }
            NDArray indices = first(node, x, at, (int) k, largest);
            return Nd.outputs(node, x.gather(indices, at), indices);
          };
        };
    return rule.fixedFrom(1);
  }

  /** The index of the largest or smallest; of equals the first, or the last. */
  static OperatorRule arg(boolean largest) {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      long axis = node.intAttribute("axis", 0);
      boolean keep = node.intAttribute("keepdims", 1) != 0;
      boolean last = node.intAttribute("select_last_index", 0) != 0;
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        int at = Values.axis(node, axis, Values.rank(x));
        NDArray indices = extreme(node, x, at, largest, last);
        return new NDList(keep ? indices : indices.squeeze(at));
      };
    };
  }

  /**
   * 1 where the first of the largest elements is, else 0. Before version 13 all axes from the given
   * one on are taken as one.
   */
  static OperatorRule hardmax() {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      boolean flattens = context.opset() < 13;
      long axis = node.intAttribute("axis", flattens ? 1 : -1);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        int at = Values.axis(node, axis, Values.rank(x));
        NDArray rows = flattens ? Values.reshaped(x, Nd.product(Values.dims(x), 0, at), -1) : x;
        int along = flattens ? 1 : at;
        long length = rows.getShape().get(along);
        long[] count = IntStream.range(0, (int) length).asLongStream().toArray();
        NDArray places = Nd.of(x.getManager(), count, Nd.ones(Values.rank(rows), along, length));
        NDArray hits = extreme(node, rows, along, true, false).eq(places);
        return new NDList(hits.toType(x.getDataType(), false).reshape(x.getShape()));
      };
    };
  }

  private static NDArray extreme(Node node, NDArray x, int axis, boolean largest, boolean last) {
    if (!last) {
      return first(node, x, axis, 1, largest);
    }
    NDArray turned = first(node, x.flip(axis), axis, 1, largest);
    return turned.neg().add(x.getShape().get(axis) - 1);
  }

  private static NDArray first(Node node, NDArray x, int axis, int k, boolean largest) {
    long[] dims = Values.dims(x).clone();
    ValueSizes.limitInJava(node, dims);
    double[] values = Nd.doubles(x);
    int length = (int) dims[axis];
    int inner = (int) Nd.product(dims, axis + 1, dims.length);
    int outer = (int) Nd.product(dims, 0, axis);
    long[] indices = new long[outer * k * inner];
    for (int row = 0; row < outer * inner; row++) {
      int from = row / inner * length * inner + row % inner;
      Comparator<Integer> order = Comparator.comparingDouble(i -> values[from + i * inner]);
      int[] best =
          IntStream.range(0, length)
              .boxed()
              .sorted(largest ? order.reversed() : order)
              .mapToInt(Integer::intValue)
              .toArray();
      for (int i = 0; i < k; i++) {
        indices[(row / inner * k + i) * inner + row % inner] = best[i];
      }
    }
    dims[axis] = k;
    return Nd.of(x.getManager(), indices, dims);
  }
}

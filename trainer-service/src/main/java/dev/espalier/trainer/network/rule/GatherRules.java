package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.espalier.trainer.network.OperatorRule;

/** Reads elements by their indices; an index below 0 counts from the end. */
final class GatherRules {
  private GatherRules() {}

  /** {@code y[i][j] = x[indices[i][j]][j]} for axis 0, and so on for the others. */
  static OperatorRule elements() {
    OperatorRule rule =
        (node, context) -> {
          Values.arity(node, 2, 2, 1);
          long axis = node.intAttribute("axis", 0);
          return (inputs, pass) -> {
            NDArray x = inputs.get(0);
            int at = Values.axis(node, axis, Values.rank(x));
            return new NDList(x.gather(counted(inputs.get(1), x.getShape().get(at)), at));
          };
        };
    return rule.fixedFrom(1);
  }

  /**
   * The last axis of the indices [..., k] holds positions in k axes of x, which come after the
   * batch axes that both have.
   */
  static OperatorRule nd() {
    OperatorRule rule =
        (node, context) -> {
          Values.arity(node, 2, 2, 1);
          int batch = Math.toIntExact(node.intAttribute("batch_dims", 0));
          return (inputs, pass) -> {
            NDArray x = inputs.get(0);
            NDArray indices = inputs.get(1);
            FlatIndices flat = FlatIndices.of(node, Values.dims(x), indices, batch);
            NDArray rows = Values.reshaped(x, flat.positions(), flat.slice());
            NDArray picked = Nd.pick(rows, 0, flat.at());
            return new NDList(picked.reshape(new Shape(flat.output())));
          };
        };
    return rule.fixedFrom(1);
  }

  /** Indices as int64, all from 0. */
  static NDArray counted(NDArray indices, long length) {
    NDArray longs = indices.toType(DataType.INT64, false);
    return Nd.where(longs.lt(0), longs.add(length), longs);
  }
}

package dev.espalier.trainer.network.rule;

import static java.util.Map.entry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.espalier.trainer.network.ElementTypes;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;
import java.util.Map;

/** Sums by Einstein's notation, reading and writing by index, order, and masks. */
public final class TensorRules {
  private TensorRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.ofEntries(
        entry("Einsum", new EinsumRule()),
        entry("GatherElements", GatherRules.elements()),
        entry("GatherND", GatherRules.nd()),
        entry("ScatterElements", ScatterRules.elements()),
        entry("Scatter", ScatterRules.elements()),
        entry("ScatterND", ScatterRules.nd()),
        entry("TopK", OrderRules.topK()),
        entry("ArgMax", OrderRules.arg(true)),
        entry("ArgMin", OrderRules.arg(false)),
        entry("Hardmax", OrderRules.hardmax()),
        entry("OneHot", oneHot().fixedFrom(0)),
        entry("CumSum", cumSum().fixedFrom(1)),
        entry("Trilu", trilu().fixedFrom(1)),
        entry("EyeLike", eyeLike().fixedFrom(0)));
  }

  /**
   * Inputs indices, depth and [off, on]; an index outside -depth .. depth - 1 is off everywhere.
   */
  private static OperatorRule oneHot() {
    return (node, context) -> {
      Values.arity(node, 3, 3, 1);
      long axis = node.intAttribute("axis", -1);
      return (inputs, pass) -> {
        NDArray indices = inputs.get(0).toType(DataType.INT64, false);
        long depth = (long) Values.number(inputs.get(1));
        int at = Values.axis(node, axis, Values.rank(indices) + 1);
        ValueSizes.limit(node, indices.size(), depth);
        ValueSizes.limitInJava(node, depth);
        NDArray counted = GatherRules.counted(indices, depth).expandDims(at);
        long[] places = new long[Math.toIntExact(depth)];
        Arrays.setAll(places, i -> i);
        NDArray hit =
            counted.eq(Nd.of(pass.manager(), places, Nd.ones(Values.rank(counted), at, depth)));
        NDArray off = inputs.get(2).get(0).broadcast(hit.getShape());
        return new NDList(Nd.where(hit, inputs.get(2).get(1).broadcast(hit.getShape()), off));
      };
    };
  }

  /** Running sums along an axis, of the elements up to or before each, from either end. */
  private static OperatorRule cumSum() {
    return (node, context) -> {
      Values.arity(node, 2, 2, 1);
      boolean exclusive = node.intAttribute("exclusive", 0) != 0;
      boolean reverse = node.intAttribute("reverse", 0) != 0;
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        int at = Values.axis(node, Values.longs(inputs.get(1))[0], Values.rank(x));
        NDArray sum = (reverse ? x.flip(at) : x).cumSum(at);
        if (exclusive) {
          sum = Nd.pad(sum, at, 1, -1, 0);
        }
        return new NDList(reverse ? sum.flip(at) : sum);
      };
    };
  }

  /** Keeps what is on or above (or below) the k-th diagonal of the last two axes, else 0. */
  private static OperatorRule trilu() {
    return (node, context) -> {
      Values.arity(node, 1, 2, 1);
      boolean upper = node.intAttribute("upper", 1) != 0;
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        int rank = Values.rank(x);
        if (rank < 2) {
          throw Values.declined(node, "input " + x.getShape() + " is no matrix");
        }
        NDArray given = Values.input(inputs, 1);
        long k = given == null ? 0 : Values.longs(given)[0];
        int rows = Math.toIntExact(x.getShape().get(rank - 2));
        int columns = Math.toIntExact(x.getShape().get(rank - 1));
        boolean[] kept = new boolean[rows * columns];
        for (int i = 0; i < kept.length; i++) {
          long diagonal = i % columns - i / columns;
          kept[i] = upper ? diagonal >= k : diagonal <= k;
        }
        NDArray mask = pass.manager().create(kept, new Shape(rows, columns));
        return new NDList(Nd.where(mask, x, x.zerosLike()));
      };
    };
  }

  /** A matrix of the input's shape with 1 on its k-th diagonal. */
  private static OperatorRule eyeLike() {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      long k = node.intAttribute("k", 0);
      int code = (int) node.intAttribute("dtype", 0);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        long[] dims = Values.dims(x);
        if (dims.length != 2) {
          throw Values.declined(node, "input " + x.getShape() + " is no matrix");
        }
        double[] eye = new double[Math.toIntExact(x.size())];
        for (long row = 0; row < dims[0]; row++) {
          if (row + k >= 0 && row + k < dims[1]) {
            eye[(int) (row * dims[1] + row + k)] = 1;
          }
        }
        DataType type =
            code == 0 ? x.getDataType() : ElementTypes.engine(code, pass.type(), "node " + node);
        return new NDList(Nd.of(pass, eye, dims).toType(type, false));
      };
    };
  }
}

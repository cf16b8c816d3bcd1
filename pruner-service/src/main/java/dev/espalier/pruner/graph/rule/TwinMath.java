package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.ElementType;
import dev.espalier.pruner.graph.Twin;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Arithmetic in a masked twin on what stays of one value.
 *
 * @param value the value that loses units
 * @param type its element type
 */
record TwinMath(Twin twin, String value, ElementType type) {
  private static final int AXES_ARE_INPUTS = 18;

  static TwinMath on(Twin twin, String value) {
    return new TwinMath(twin, value, twin.type(value));
  }

  /** True where one of these axes loses units. */
  static boolean cuts(Twin twin, String value, int... axes) {
    return Arrays.stream(axes).anyMatch(axis -> twin.cuts(value, axis));
  }

  /** The length of these axes together, divided by how much of it stays. */
  double share(int... axes) {
    double share = 1;
    for (int axis : axes) {
      share *= (double) twin.shape(value)[axis] / twin.kept(value, axis).length;
    }
    return share;
  }

  /** Another value of the same shape, finite everywhere, with the removed indices set to 0. */
  String silence(String other, int... axes) {
    String silenced = other;
    for (int axis : axes) {
      if (twin.cuts(value, axis)) {
        int[] dims = new int[twin.shape(value).length - axis];
        Arrays.fill(dims, 1);
        dims[0] = (int) twin.shape(value)[axis];
        double[] stays = new double[dims[0]];
        IntStream.of(twin.kept(value, axis)).forEach(index -> stays[index] = 1);
        silenced = mul(silenced, twin.constant(type, dims, stays));
      }
    }
    return silenced;
  }

  /** The mean over these axes, which stay with length 1. */
  String mean(String of, int... axes) {
    long[] all = Arrays.stream(axes).asLongStream().toArray();
    return twin.opset() < AXES_ARE_INPUTS
        ? twin.add("ReduceMean", List.of(of), Map.of("axes", all))
        : twin.add("ReduceMean", List.of(of, twin.constant(all)), Map.of());
  }

  /** 1 / sqrt(x + epsilon). */
  String inverseRoot(String x, double epsilon) {
    String root = twin.add("Sqrt", List.of(add(x, scalar(epsilon))), Map.of());
    return twin.add("Reciprocal", List.of(root), Map.of());
  }

  String add(String a, String b) {
    return twin.add("Add", List.of(a, b), Map.of());
  }

  String sub(String a, String b) {
    return twin.add("Sub", List.of(a, b), Map.of());
  }

  String mul(String a, String b) {
    return twin.add("Mul", List.of(a, b), Map.of());
  }

  String scalar(double number) {
    return twin.constant(type, new int[0], number);
  }

  String reshape(String x, long... dims) {
    return twin.add("Reshape", List.of(x, twin.constant(dims)), Map.of());
  }

  /** Gives what was computed the name of a value of the model. */
  void name(String computed, String name) {
    twin.add("Identity", List.of(computed), name, Map.of());
  }
}

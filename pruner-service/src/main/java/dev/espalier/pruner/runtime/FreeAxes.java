package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Other lengths for the axes that a model leaves open, to see what depends on them. */
final class FreeAxes {
  private static final int[] PRIMES = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};

  private final OnnxModel model;
  private final Map<String, long[]> base;
  private final List<String> keys;

  FreeAxes(OnnxModel model, Map<String, long[]> base) {
    this.model = model;
    this.base = base;
    Set<String> found = new LinkedHashSet<>();
    model
        .inputs()
        .forEach(
            input -> visit(input, base.get(input.getName()), (shape, axis, key) -> found.add(key)));
    keys = List.copyOf(found);
  }

  boolean none() {
    return keys.isEmpty();
  }

  /**
   * @param inputs shapes of all graph inputs
   * @param distinct whether no two free axes have the same length unless the model names them alike
   */
  record Lengths(Map<String, long[]> inputs, boolean distinct) {}

  /**
   * Ways to lengthen every free axis, the most telling first: to lengths that tell axes apart and
   * are no multiples; then to multiples, for models that halve an axis and double it again; then
   * all by the same factor, for models that need axes of the same length without saying so.
   */
  List<Lengths> longer() {
    List<Lengths> all = new ArrayList<>();
    Set<List<Long>> seen = new LinkedHashSet<>();
    add(all, seen, (length, k) -> length == 1 ? prime(k) : 2 * (length + k) + 1);
    add(all, seen, (length, k) -> length * prime(k));
    add(all, seen, (length, k) -> 2 * length);
    return all;
  }

  private static long prime(int k) {
    return PRIMES[k % PRIMES.length];
  }

  private interface Longer {
    long of(long length, int key);
  }

  private void add(List<Lengths> all, Set<List<Long>> seen, Longer longer) {
    Map<String, long[]> inputs = new LinkedHashMap<>();
    base.forEach((name, shape) -> inputs.put(name, shape.clone()));
    Map<String, Long> lengths = new LinkedHashMap<>();
    for (ValueInfoProto input : model.inputs()) {
      visit(
          input,
          inputs.get(input.getName()),
          (shape, axis, key) -> {
            shape[axis] = longer.of(shape[axis], keys.indexOf(key));
            lengths.put(key, shape[axis]);
          });
    }
    if (seen.add(List.copyOf(lengths.values()))) {
      all.add(new Lengths(inputs, Set.copyOf(lengths.values()).size() == lengths.size()));
    }
  }

  private interface Visitor {
    void free(long[] shape, int axis, String key);
  }

  private static void visit(ValueInfoProto input, long[] shape, Visitor visitor) {
    for (int axis = 0; axis < shape.length; axis++) {
      Dimension dim = input.getType().getTensorType().getShape().getDim(axis);
      if (!dim.hasDimValue()) {
        String alone = input.getName() + "#" + axis;
        String name = dim.getDimParam().isEmpty() ? alone : dim.getDimParam();
        visitor.free(shape, axis, name + "=" + shape[axis]);
      }
    }
  }
}

package dev.espalier.pruner.plan;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.Components;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Floating-point scalars of a model while units go one by one: the sum over its tensors of the
 * product of the lengths that their axes still have.
 */
final class ParameterCount {
  /** For each group the tensor, the axis and the indices a unit of each of its slices. */
  private final int[][] slices;

  private final int[][] dims;
  private final long[] sizes;
  private final String[] components;
  private final Map<String, Long> byComponent = new LinkedHashMap<>();
  private long total;

  ParameterCount(OnnxModel model, DependencyGraph graph) {
    total = model.parameters();
    Map<String, String> componentOf = Components.of(model);
    componentOf.forEach(
        (name, component) -> {
          Tensor tensor = model.initializers().get(name);
          byComponent.merge(component, tensor.isFloatingPoint() ? tensor.size() : 0, Long::sum);
        });
    Map<String, Integer> tensors = new LinkedHashMap<>();
    List<int[]> dims = new ArrayList<>();
    slices = new int[graph.groups().size()][];
    for (int g = 0; g < slices.length; g++) {
      List<Slice> touched =
          graph.groups().get(g).slices().stream()
              .filter(slice -> model.initializers().get(slice.initializer()).isFloatingPoint())
              .toList();
      slices[g] = new int[3 * touched.size()];
      for (int s = 0; s < touched.size(); s++) {
        Slice slice = touched.get(s);
        Tensor tensor = model.initializers().get(slice.initializer());
        slices[g][3 * s] =
            tensors.computeIfAbsent(
                tensor.name(),
                name -> {
                  dims.add(tensor.dims().clone());
                  return tensors.size();
                });
        slices[g][3 * s + 1] = slice.axis();
        slices[g][3 * s + 2] = slice.index().length / graph.groups().get(g).units();
      }
    }
    this.dims = dims.toArray(int[][]::new);
    sizes = new long[this.dims.length];
    for (int t = 0; t < sizes.length; t++) {
      sizes[t] = product(this.dims[t]);
    }
    components = tensors.keySet().stream().map(componentOf::get).toArray(String[]::new);
  }

  long total() {
    return total;
  }

  /** The same by component, live. */
  Map<String, Long> byComponent() {
    return Collections.unmodifiableMap(byComponent);
  }

  /** Takes some units of a group away. */
  void remove(int group, int units) {
    int[] touched = slices[group];
    for (int s = 0; s < touched.length; s += 3) {
      int tensor = touched[s];
      dims[tensor][touched[s + 1]] -= units * touched[s + 2];
      long size = product(dims[tensor]);
      total += size - sizes[tensor];
      byComponent.merge(components[tensor], size - sizes[tensor], Long::sum);
      sizes[tensor] = size;
    }
  }

  private static long product(int[] lengths) {
    long product = 1;
    for (int length : lengths) {
      product *= length;
    }
    return product;
  }
}

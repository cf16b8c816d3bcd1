package dev.espalier.pruner.graph;

import dev.espalier.onnx.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what slices hold. */
public final class Scalars {
  private Scalars() {}

  /**
   * Floating-point scalars in the union of slices: all of a tensor but what lies outside every one.
   *
   * @param tensors by name, at least those of the slices
   */
  public static long in(List<Slice> slices, Map<String, Tensor> tensors) {
    Map<String, int[]> outside = new HashMap<>();
    for (Slice slice : slices) {
      Tensor tensor = tensors.get(slice.initializer());
      if (tensor.isFloatingPoint()) {
        outside.computeIfAbsent(tensor.name(), name -> tensor.dims().clone())[slice.axis()] -=
            slice.index().length;
      }
    }
    long sum = 0;
    for (Map.Entry<String, int[]> entry : outside.entrySet()) {
      long rest = 1;
      for (int length : entry.getValue()) {
        rest *= length;
      }
      sum += tensors.get(entry.getKey()).size() - rest;
    }
    return sum;
  }
}

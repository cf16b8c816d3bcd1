package dev.espalier.pruner.graph;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where rules write the masked twin of their nodes: the original with removed units masked. */
public interface Twin {
  /** True where an axis of a value loses units. */
  boolean cuts(String value, int axis);

  /** The indices of a value's axis that stay, ascending. */
  int[] kept(String value, int axis);

  /** The concrete shape of a value, before the cut. */
  long[] shape(String value);

  /** As {@link Axes#ints}. */
  Optional<long[]> ints(String value);

  /** True for an initialiser. */
  boolean isWeight(String value);

  /** The version of ONNX' own operators that the model asks for. */
  long opset();

  /** The element type of a floating-point value. */
  ElementType type(String value);

  /**
   * A value with the removed indices of some of its axes set to a neutral element.
   *
   * @param neutral such as 0 where the node sums, negative infinity where it takes the largest
   * @return the name of the masked value, or the value itself where nothing is removed
   */
  String masked(String value, double neutral, int... axes);

  /** Removed indices set to 0: what a node that sums over these axes reads. */
  default String masked(String value, int... axes) {
    return masked(value, 0, axes);
  }

  /** Adds the node itself, with the inputs at some positions replaced. */
  void keep(Node node, Map<Integer, String> inputs);

  /** Adds a node of ONNX' own operators; its output is made by no other. */
  void add(String operator, List<String> inputs, String output, Map<String, Object> attributes);

  /** Adds a node of ONNX' own operators and names its only output. */
  String add(String operator, List<String> inputs, Map<String, Object> attributes);

  /** A constant of a floating-point type. */
  String constant(ElementType type, int[] dims, double... values);

  /** An int64 constant of one axis. */
  String constant(long... values);
}

package dev.espalier.pruner.graph;

import java.util.Optional;

/** What a rule sees of a cut, and where it sets right what its node says about sizes. */
public interface Mend {
  /** True where an axis of a value loses units. */
  boolean cuts(String value, int axis);

  /** The indices of a value's axis that stay, ascending. */
  int[] kept(String value, int axis);

  /** The concrete shape of a value, before the cut. */
  long[] shape(String value);

  /** As {@link Axes#ints}, before the cut. */
  Optional<long[]> ints(String value);

  /** Version of ONNX' own operator set. */
  long opset();

  /** Takes an attribute of the node away, if it has it. */
  void dropAttribute(String name);

  /** Sets an integer attribute of the node. */
  void attribute(String name, long value);

  /** Sets an attribute of the node that is a list of integers. */
  void attribute(String name, long[] values);

  /**
   * Gives the node integers of its own at one of its inputs; who else reads the old ones is not
   * touched.
   *
   * @param input position of the input; one that the node left out is added
   * @param values as many as before, or another number where the input has one axis; {@link
   *     Prepared#VARYING} leaves an element as it is computed
   */
  void ints(int input, long... values);
}

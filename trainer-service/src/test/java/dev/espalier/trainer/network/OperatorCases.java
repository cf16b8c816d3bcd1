package dev.espalier.trainer.network;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a random node of each operator is made. To add an operator: write its rule, then a line
 * {@code cases.put("Name", c -> c.floats(2, 3).attribute("axis", 1L))} in a class of this kind, and
 * list that class here. {@link OperatorRulesTest} then compares its outputs with ONNX Runtime's and
 * its gradients with finite differences, and fails for every operator of the table that has no
 * line.
 */
final class OperatorCases {
  /** Fills a case: its inputs in order, its attributes, its operator set. */
  @FunctionalInterface
  interface Generator {
    void fill(OperatorCase c);
  }

  private static final Map<String, Generator> ALL = new TreeMap<>();

  static {
    List.of(
            // One line a family.
            RecurrentCases.cases(),
            ResampleCases.cases(),
            NormCases.cases(),
            TensorCases.cases(),
            MicrosoftCases.cases(),
            ElementwiseCases.cases(),
            ShapeCases.cases(),
            SpatialCases.cases(),
            ReduceCases.cases())
        .forEach(
            family ->
                family.forEach(
                    (operator, generator) -> {
                      if (ALL.put(operator, generator) != null) {
                        throw new IllegalStateException("two generators of " + operator);
                      }
                    }));
  }

  private OperatorCases() {}

  /** By operator. */
  static Map<String, Generator> all() {
    return ALL;
  }

  static OperatorCase of(String operator, long seed) {
    OperatorCase made = new OperatorCase(operator, 31 * operator.hashCode() + seed);
    ALL.get(operator).fill(made);
    return made;
  }
}

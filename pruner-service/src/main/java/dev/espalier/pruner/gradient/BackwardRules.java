package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The operators that a gradient passes through. */
final class BackwardRules {
  private static final List<BackwardRule> ALL =
      List.of(
          new UnaryBackward(),
          new ClipBackward(),
          new ArithmeticBackward(),
          new ExtremesBackward(),
          new WhereBackward(),
          new GemmBackward(),
          new MatMulBackward(),
          new EinsumBackward(),
          new ConvBackward(),
          new ConvTransposeBackward(),
          new FixedNormBackward(),
          new NormBackward(),
          new SoftmaxBackward(),
          new ReduceBackward(),
          new MaxPoolBackward(),
          new AveragePoolBackward(),
          new ShapeBackward(),
          new ExpandBackward(),
          new ConcatBackward(),
          new SplitBackward(),
          new SliceBackward(),
          new PadBackward(),
          new GatherBackward(),
          new ResizeBackward(),
          new BlocksBackward(),
          new ConstantBackward());

  private static final Map<String, BackwardRule> BY_OPERATOR = new HashMap<>();

  static {
    for (BackwardRule rule : ALL) {
      for (String operator : rule.operators()) {
        if (BY_OPERATOR.put(operator, rule) != null) {
          throw new IllegalStateException("two rules for operator " + operator);
        }
      }
    }
  }

  private BackwardRules() {}

  static Optional<BackwardRule> of(Node node) {
    return Optional.ofNullable(BY_OPERATOR.get(node.operator()));
  }
}

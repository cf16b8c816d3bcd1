package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Operators that map each element of their first input alone: the axes pass through, also to a
 * second output such as a mask. Further inputs are scalars such as bounds.
 */
final class ElementwiseUnary implements OperatorRule {
  private static final Set<String> ACTIVATIONS =
      Set.of(
          "Celu",
          "Clip",
          "Dropout",
          "Elu",
          "Gelu",
          "HardSigmoid",
          "HardSwish",
          "LeakyRelu",
          "Mish",
          "Relu",
          "Selu",
          "Shrink",
          "Sigmoid",
          "Softplus",
          "Softsign",
          "Swish",
          "Tanh",
          "ThresholdedRelu",
          "com.microsoft.Gelu",
          "com.microsoft.QuickGelu");

  private static final Set<String> FUNCTIONS =
      Set.of(
          "Abs",
          "Acos",
          "Acosh",
          "Asin",
          "Asinh",
          "Atan",
          "Atanh",
          "BitwiseNot",
          "Cast",
          "CastLike",
          "Ceil",
          "Cos",
          "Cosh",
          "Erf",
          "Exp",
          "Floor",
          "Identity",
          "IsInf",
          "IsNaN",
          "Log",
          "Neg",
          "Not",
          "Reciprocal",
          "Round",
          "Sign",
          "Sin",
          "Sinh",
          "Sqrt",
          "Tan");

  @Override
  public Set<String> operators() {
    Set<String> all = new HashSet<>(ACTIVATIONS);
    all.addAll(FUNCTIONS);
    return all;
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    axes.fix(node.inputs().stream().skip(1).filter(axes::isWeight).toList());
    node.outputs().stream().filter(y -> !y.isEmpty()).forEach(y -> axes.put(y, x));
    return Optional.empty();
  }
}

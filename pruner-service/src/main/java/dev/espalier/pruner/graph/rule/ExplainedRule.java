package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Operators that are never cut, each with a reason that says what to do instead. */
final class ExplainedRule implements OperatorRule {
  static final String BEFORE = "cut the model before it is quantised";

  private static final Set<String> GRAPHS = Set.of("If", "Loop", "Scan", "SequenceMap");

  private static final Set<String> QUANTISED =
      Set.of(
          "ConvInteger",
          "DynamicQuantizeLinear",
          "MatMulInteger",
          "QLinearConv",
          "QLinearMatMul",
          "com.microsoft.DynamicQuantizeLSTM",
          "com.microsoft.DynamicQuantizeMatMul",
          "com.microsoft.MatMulBnb4",
          "com.microsoft.MatMulIntegerToFloat",
          "com.microsoft.MatMulNBits",
          "com.microsoft.QAttention",
          "com.microsoft.QGemm",
          "com.microsoft.QLinearAdd",
          "com.microsoft.QLinearAveragePool",
          "com.microsoft.QLinearConcat",
          "com.microsoft.QLinearGlobalAveragePool",
          "com.microsoft.QLinearLeakyRelu",
          "com.microsoft.QLinearMul",
          "com.microsoft.QLinearSigmoid",
          "com.microsoft.QLinearSoftmax");

  @Override
  public Set<String> operators() {
    return Stream.concat(GRAPHS.stream(), QUANTISED.stream()).collect(Collectors.toSet());
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    return Optional.of(
        GRAPHS.contains(node.operator())
            ? "it runs a graph of its own, which is not followed: what it reads keeps its shape"
            : "it computes with quantised values: " + BEFORE);
  }
}

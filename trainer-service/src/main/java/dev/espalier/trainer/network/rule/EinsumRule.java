package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;

/** Einstein's summation: operands are multiplied in from the left, each as a matrix product. */
final class EinsumRule implements OperatorRule {
  @Override
  public Operation bind(Node node, Context context) {
    EinsumEquation equation =
        EinsumEquation.of(node, node.stringAttribute("equation", ""), node.inputs().size());
    return (inputs, pass) -> {
      Labelled result = null;
      for (int i = 0; i < inputs.size(); i++) {
        Labelled operand =
            Labelled.of(node, inputs.get(i), equation.labels(i, Values.rank(inputs.get(i))));
        String later = equation.needed(inputs, i + 1);
        result = (result == null ? operand : result.times(node, operand, later)).sum(later);
      }
      NDArray y = result.sum(equation.output(inputs)).ordered(equation.output(inputs));
      return new NDList(y);
    };
  }
}

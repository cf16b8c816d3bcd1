package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Einsum without ellipsis: the gradient of an operand is an Einsum of the output's gradient and the
 * other operands.
 */
final class EinsumBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Einsum");
  }

  @Override
  public void backward(Node node, Tape tape) {
    String[] sides = node.stringAttribute("equation", "").replace(" ", "").split("->", -1);
    String[] operands = sides[0].split(",", -1);
    if (sides.length != 2 || sides[0].contains(".") || operands.length != node.inputs().size()) {
      throw Tape.refuse(node, "no gradient is known of an equation without \"->\" or with \"...\"");
    }
    for (int i = 0; i < operands.length; i++) {
      String x = node.inputs().get(i);
      if (tape.wants(x)) {
        List<String> inputs = new ArrayList<>(node.inputs());
        List<String> terms = new ArrayList<>(List.of(operands));
        inputs.remove(i);
        terms.remove(i);
        inputs.addFirst(tape.gradient(node));
        terms.addFirst(sides[1]);
        checkTerm(node, operands[i], String.join("", terms));
        String equation = String.join(",", terms) + "->" + operands[i];
        tape.give(x, tape.emit().node("Einsum", inputs, Map.of("equation", equation)));
      }
    }
  }

  private static void checkTerm(Node node, String term, String others) {
    boolean simple = term.chars().distinct().count() == term.length();
    if (!simple || term.chars().anyMatch(letter -> others.indexOf(letter) < 0)) {
      throw Tape.refuse(
          node, "no gradient is known of \"" + term + "\", whose letters repeat or stand alone");
    }
  }
}

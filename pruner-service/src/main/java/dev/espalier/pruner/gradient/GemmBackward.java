package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code Y = alpha * A' * B' + beta * C}, where ' transposes as the attributes say. */
final class GemmBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Gemm");
  }

  @Override
  public void backward(Node node, Tape tape) {
    String dy = tape.gradient(node);
    String a = node.inputs().get(0);
    String b = node.inputs().get(1);
    boolean transA = node.intAttribute("transA", 0) != 0;
    boolean transB = node.intAttribute("transB", 0) != 0;
    if (tape.wants(a)) {
      tape.give(
          a,
          transA
              ? product(node, tape, b, transB, dy, true)
              : product(node, tape, dy, false, b, !transB));
    }
    if (tape.wants(b)) {
      tape.give(
          b,
          transB
              ? product(node, tape, dy, true, a, transA)
              : product(node, tape, a, !transA, dy, false));
    }
    node.input(2)
        .filter(tape::wants)
        .ifPresent(
            c -> {
              String beta = tape.number(c, node.floatAttribute("beta", 1));
              tape.giveSummed(c, tape.shape(node.output()), tape.emit().node("Mul", dy, beta));
            });
  }

  private static String product(
      Node node, Tape tape, String left, boolean transLeft, String right, boolean transRight) {
    return tape.emit()
        .node(
            "Gemm",
            List.of(left, right),
            Map.of(
                "alpha",
                node.floatAttribute("alpha", 1),
                "transA",
                transLeft ? 1 : 0,
                "transB",
                transRight ? 1 : 0));
  }
}

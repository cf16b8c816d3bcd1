package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;
import java.util.function.Supplier;

/** Arithmetic of two inputs or more under broadcasting. */
final class ArithmeticBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Add", "Sub", "Mul", "Div", "Pow", "PRelu", "Sum", "Mean");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String dy = tape.gradient(node);
    String a = node.inputs().getFirst();
    String b = node.input(1).orElse("");
    switch (node.operator()) {
      case "Add", "Sum" -> node.inputs().forEach(x -> give(node, tape, x, () -> dy));
      case "Mean" -> {
        String share = emit.node("Mul", dy, tape.number(a, 1.0 / node.inputs().size()));
        node.inputs().forEach(x -> give(node, tape, x, () -> share));
      }
      case "Sub" -> {
        give(node, tape, a, () -> dy);
        give(node, tape, b, () -> emit.node("Neg", dy));
      }
      case "Mul" -> {
        give(node, tape, a, () -> emit.node("Mul", dy, b));
        give(node, tape, b, () -> emit.node("Mul", dy, a));
      }
      case "Div" -> {
        give(node, tape, a, () -> emit.node("Div", dy, b));
        give(
            node,
            tape,
            b,
            () -> emit.node("Neg", emit.node("Div", emit.node("Mul", dy, node.output()), b)));
      }
      case "Pow" -> {
        give(node, tape, a, () -> base(tape, dy, a, b));
        give(node, tape, b, () -> exponent(node, tape, dy, a, b));
      }
      default -> {
        String negative = emit.node("Less", a, tape.number(a, 0));
        give(node, tape, a, () -> emit.node("Where", negative, emit.node("Mul", dy, b), dy));
        give(
            node,
            tape,
            b,
            () -> emit.node("Where", negative, emit.node("Mul", dy, a), tape.number(a, 0)));
      }
    }
  }

  private static void give(Node node, Tape tape, String x, Supplier<String> gradient) {
    if (tape.wants(x)) {
      tape.giveSummed(x, tape.shape(node.output()), gradient.get());
    }
  }

  /** {@code b a^(b-1)}. */
  private static String base(Tape tape, String dy, String a, String b) {
    Emitter emit = tape.emit();
    String power = tape.type(a) == tape.type(b) ? b : emit.cast(b, tape.type(a));
    String less = emit.node("Sub", power, tape.number(a, 1));
    return emit.node("Mul", dy, emit.node("Mul", power, emit.node("Pow", a, less)));
  }

  /** {@code a^b log a}, and 0 where a = 0. */
  private static String exponent(Node node, Tape tape, String dy, String a, String b) {
    Emitter emit = tape.emit();
    String slope = emit.node("Mul", dy, emit.node("Mul", node.output(), emit.node("Log", a)));
    String zero = emit.node("Equal", a, tape.number(a, 0));
    String gradient = emit.node("Where", zero, tape.number(a, 0), slope);
    return tape.type(a) == tape.type(b) ? gradient : emit.cast(gradient, tape.type(b));
  }
}

package dev.espalier.pruner.runtime;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Computes the operators that exporters write shape arithmetic with, bit for bit as ONNX Runtime
 * does, without the cost of loading a graph for each.
 */
final class Evaluator {
  /** Most elements of a result. */
  static final int MOST_ELEMENTS = 1 << 16;

  private Evaluator() {}

  /**
   * @param inputs the contents of the node's inputs, null for one that is omitted
   * @return what the node makes; empty where this class does not know it, or it is undefined or too
   *     large
   */
  static Optional<Content> evaluate(Node node, List<Content> inputs) {
    int needed = node.operator().equals("Slice") ? Math.min(3, inputs.size()) : inputs.size();
    if (node.outputs().size() != 1
        || inputs.subList(0, needed).stream().anyMatch(Objects::isNull)) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(compute(node, inputs))
          .filter(made -> made.size() <= MOST_ELEMENTS);
    } catch (ArithmeticException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static Content compute(Node node, List<Content> in) {
    return switch (node.operator()) {
      case "Identity" -> in.get(0);
      case "Add",
          "Sub",
          "Mul",
          "Div",
          "Mod",
          "Min",
          "Max",
          "Equal",
          "Less",
          "Greater",
          "And",
          "Or" ->
          in.size() == 2
                  && node.intAttribute("fmod", 0) == 0
                  && node.attribute("broadcast").isEmpty()
              ? Arithmetic.binary(node.operator(), in.get(0), in.get(1))
              : null;
      case "Neg", "Abs", "Floor", "Ceil", "Round", "Sqrt", "Not" ->
          Arithmetic.unary(node.operator(), in.get(0));
      case "Cast" -> Arithmetic.cast(in.get(0), node.intAttribute("to", 0));
      case "Where" -> Arithmetic.where(in.get(0), in.get(1), in.get(2));
      case "Range" -> range(in.get(0), in.get(1), in.get(2));
      case "ConstantOfShape" -> filled(node, in.get(0));
      case "Concat" -> Moves.concat(in, node.intAttribute("axis", 0));
      case "Gather" -> Moves.gather(in.get(0), in.get(1), node.intAttribute("axis", 0));
      case "Slice" -> Moves.slice(node, in);
      case "Expand" -> Moves.expand(in.get(0), in.get(1));
      case "Transpose" -> Moves.transpose(in.get(0), node.intsAttribute("perm"));
      case "Unsqueeze" -> Moves.unsqueeze(in.get(0), axes(node, in));
      case "Squeeze" -> Moves.squeeze(in.get(0), axes(node, in));
      case "Reshape" ->
          node.intAttribute("allowzero", 0) == 0 ? Moves.reshape(in.get(0), in.get(1)) : null;
      default -> null;
    };
  }

  /** The axes that an attribute, or since operator set 13 an input, gives; null for none. */
  private static long[] axes(Node node, List<Content> in) {
    if (in.size() > 1 && in.get(1) != null) {
      return in.get(1).indices();
    }
    return node.attribute("axes").isPresent() ? node.intsAttribute("axes") : null;
  }

  private static Content range(Content start, Content limit, Content delta) {
    if (!start.integer()) {
      return null;
    }
    long from = start.longs()[0];
    long step = delta.indices()[0];
    long span = Math.subtractExact(limit.indices()[0], from);
    long count = Math.max(0, -Math.floorDiv(-span, step));
    if (count > MOST_ELEMENTS) {
      return null;
    }
    long[] values = new long[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = from + i * step;
    }
    return new Content(start.type(), new int[] {values.length}, values, null);
  }

  private static Content filled(Node node, Content shape) {
    Content value =
        node.attribute("value")
            .map(a -> Tensor.of(a.getT()))
            .map(t -> Content.holds(t.type()) ? Content.of(t) : null)
            .orElse(
                node.attribute("value").isPresent()
                    ? null
                    : new Content(ElementType.FLOAT, new int[] {1}, null, new double[1]));
    int[] dims = Arrays.stream(shape.indices()).mapToInt(Math::toIntExact).toArray();
    int count = Moves.size(dims);
    return value == null || value.size() != 1 ? null : value.pick(new int[count], dims);
  }
}

package dev.espalier.pruner.gradient;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The gradients found so far, walking back from the loss, and what a rule may ask about the model.
 */
final class Tape {
  private final Map<String, long[]> shapes;
  private final Set<String> wanted;
  private final Types types;
  private final Constants constants;
  private final Map<String, String> gradients = new HashMap<>();
  private final Emitter emit;

  /**
   * @param shapes the concrete shape of every value
   * @param wanted every value whose gradient is needed on the way
   */
  Tape(OnnxModel model, Map<String, long[]> shapes, Set<String> wanted, Emitter emit) {
    this.shapes = shapes;
    this.wanted = wanted;
    this.types = Types.of(model);
    this.constants = new Constants(model);
    this.emit = emit;
  }

  /** Writes nodes of the backward graph. */
  Emitter emit() {
    return emit;
  }

  /** True where the gradient of this value is needed. */
  boolean wants(String value) {
    return wanted.contains(value) && type(value).floatingPoint();
  }

  /** Adds to the gradient of a value; nothing happens where it is not wanted. */
  void give(String value, String gradient) {
    if (wants(value)) {
      gradients.merge(value, gradient, (a, b) -> emit.node("Add", a, b));
    }
  }

  /** The gradient of a value so far, empty where the loss does not depend on it. */
  Optional<String> gradient(String value) {
    return Optional.ofNullable(gradients.get(value));
  }

  /** The gradient of a node's first output. */
  String gradient(Node node) {
    return gradient(node.output())
        .orElseThrow(() -> refuse(node, "only the gradient of its first output is known"));
  }

  long[] shape(String value) {
    long[] shape = shapes.get(value);
    if (shape == null) {
      throw new OnnxException(
          "value \"" + value + "\"", "its shape is not known, so neither is its gradient");
    }
    return shape;
  }

  int rank(String value) {
    return shape(value).length;
  }

  ElementType type(String value) {
    return types.of(value);
  }

  /** A scalar constant of a value's type. */
  String number(String like, double number) {
    return emit.number(type(like), number);
  }

  /** A gradient of one shape summed back to that of the value which was broadcast. */
  void giveSummed(String value, long[] from, String gradient) {
    give(value, emit.sumTo(gradient, from, shape(value)));
  }

  /**
   * The elements of an integer input that is constant.
   *
   * @return empty where the input is omitted
   * @throws OnnxException where it is not constant
   */
  Optional<long[]> integers(Node node, int position) {
    return node.input(position)
        .map(
            value ->
                constants
                    .integers(value)
                    .orElseThrow(() -> refuse(node, "input \"" + value + "\" is no constant")));
  }

  /**
   * The axes of a node, from an attribute or, in later operator sets, from an input.
   *
   * @return each from 0, ascending; empty where none are given
   */
  int[] axes(Node node, int position, int rank) {
    long[] axes = node.intsAttribute("axes");
    if (axes.length == 0) {
      axes = integers(node, position).orElse(axes);
    }
    return Arrays.stream(axes).mapToInt(axis -> axis(axis, rank)).sorted().toArray();
  }

  static int axis(long axis, int rank) {
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Refuses a node where the gradient of this input, which its rule does not know, is wanted. */
  void without(Node node, int position) {
    if (node.input(position).filter(this::wants).isPresent()) {
      throw refuse(
          node, "no gradient is known of its input \"" + node.inputs().get(position) + "\"");
    }
  }

  static OnnxException refuse(Node node, String problem) {
    return new OnnxException(
        "node " + node, problem + "; take the activation score, which needs no gradient");
  }
}

package dev.espalier.pruner.gradient;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.espalier.onnx.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Max pooling: each window's gradient goes to the element that it took. Windows may overlap: they
 * are split into classes in each of which none do, so that a scatter without addition will do.
 */
final class MaxPoolBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("MaxPool");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String x = node.inputs().getFirst();
    long[] shape = tape.shape(x);
    long[] output = tape.shape(node.output());
    Window window = Window.of(node, shape, output, node.intsAttribute("kernel_shape"));
    String dy = tape.gradient(node);
    String taken = taken(node, emit);
    String zeros = emit.expand(emit.reshape(tape.number(x, 0), 1), Lengths.product(shape));
    int rank = shape.length;
    long[] steps = Lengths.ones(rank);
    for (int axis = 2; axis < rank; axis++) {
      steps[axis] =
          Math.min(output[axis], Math.ceilDiv(window.extent(axis - 2), window.strides()[axis - 2]));
    }
    long[] first = new long[rank];
    do {
      String at = flat(emit, taken, first, output, steps);
      String part = flat(emit, dy, first, output, steps);
      String spread = emit.node("ScatterElements", List.of(zeros, at, part), Map.of("axis", 0));
      tape.give(x, emit.reshape(spread, shape));
    } while (next(first, steps));
  }

  /** For each window the position of what it took, counted through the whole input. */
  private static String taken(Node node, Emitter emit) {
    NodeProto.Builder again = node.proto().toBuilder().clearOutput().clearAttribute();
    node.proto().getAttributeList().stream()
        .filter(attribute -> !attribute.getName().equals("storage_order"))
        .forEach(again::addAttribute);
    String name = emit.next("MaxPool");
    return emit.node(again.setName(name).addOutput(name + "_value"));
  }

  private static String flat(Emitter emit, String x, long[] from, long[] to, long[] steps) {
    boolean all = Arrays.stream(steps).allMatch(step -> step == 1);
    return emit.reshape(all ? x : emit.slice(x, from, to, steps), -1);
  }

  private static boolean next(long[] first, long[] steps) {
    for (int axis = first.length - 1; axis >= 0; axis--) {
      if (++first[axis] < steps[axis]) {
        return true;
      }
      first[axis] = 0;
    }
    return false;
  }
}

package dev.espalier.pruner.gradient;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Resize in modes nearest and linear, which are linear in the input and one axis after the other.
 * What an axis is multiplied with is found by resizing the unit matrix, so that every way to align
 * coordinates is met.
 */
final class ResizeBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Resize");
  }

  @Override
  public void backward(Node node, Tape tape) {
    String mode = node.stringAttribute("mode", "nearest");
    String way = node.stringAttribute("coordinate_transformation_mode", "half_pixel");
    if (mode.equals("cubic") || way.equals("tf_crop_and_resize") || has(node, "axes")) {
      throw Tape.refuse(node, "no gradient is known of mode \"" + mode + "\", \"" + way + "\"");
    }
    String x = node.inputs().getFirst();
    long[] shape = tape.shape(x);
    long[] larger = tape.shape(node.output());
    String gradient = tape.gradient(node);
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] != larger[axis]) {
        String resized = resizedUnit(node, tape, axis, shape[axis], larger[axis]);
        String back = tape.emit().transpose(resized, 1, 0);
        gradient = tape.emit().along(gradient, shape.length, axis, back);
      }
    }
    tape.give(x, gradient);
  }

  private static boolean has(Node node, String attribute) {
    return node.attribute(attribute).isPresent();
  }

  /** The unit matrix [n, n] with its last axis resized as the node does: [n, m]. */
  private static String resizedUnit(Node node, Tape tape, int axis, long n, long m) {
    Emitter emit = tape.emit();
    double[] unit = new double[(int) (n * n)];
    for (int i = 0; i < n; i++) {
      unit[(int) (i * n + i)] = 1;
    }
    String x = node.inputs().getFirst();
    NodeProto.Builder resize =
        node.proto().toBuilder()
            .clearInput()
            .clearOutput()
            .setName(emit.next("Resize"))
            .addInput(emit.tensor(tape.type(x), new int[] {(int) n, (int) n}, unit))
            .addInput("");
    if (node.input(3).isPresent()) {
      resize.addInput("").addInput(emit.integers(n, m));
    } else {
      String scale = node.input(2).orElseThrow(() -> Tape.refuse(node, "has no scales"));
      String one = emit.tensor(ElementType.FLOAT, new int[] {1}, new double[] {1});
      String picked = emit.node("Gather", scale, emit.integers(axis));
      resize.addInput(emit.node("Concat", List.of(one, picked), Map.of("axis", 0)));
    }
    return emit.node(resize);
  }
}

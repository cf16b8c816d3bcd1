package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Convolution with constant weights, by the transposed convolution with the same weights. */
final class ConvBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Conv");
  }

  @Override
  public void backward(Node node, Tape tape) {
    tape.without(node, 1);
    String x = node.inputs().get(0);
    String weight = node.inputs().get(1);
    String dy = tape.gradient(node);
    if (tape.wants(x)) {
      long[] dims = tape.shape(weight);
      long[] kernel = Arrays.copyOfRange(dims, 2, dims.length);
      Window window = Window.of(node, tape.shape(x), tape.shape(node.output()), kernel);
      tape.give(
          x,
          tape.emit()
              .node(
                  "ConvTranspose",
                  List.of(dy, weight),
                  window.transposed(node.intAttribute("group", 1))));
    }
    bias(node, tape, dy);
  }

  static void bias(Node node, Tape tape, String dy) {
    node.input(2)
        .filter(tape::wants)
        .ifPresent(
            bias -> {
              long[] shape = tape.shape(node.output());
              long[] channels = Lengths.ones(shape.length);
              channels[1] = shape[1];
              String sum = tape.emit().sumTo(dy, shape, channels);
              tape.give(bias, tape.emit().reshape(sum, shape[1]));
            });
  }
}

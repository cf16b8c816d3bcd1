package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Transposed convolution with constant weights, by the convolution with the same weights. */
final class ConvTransposeBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("ConvTranspose");
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
      String gradient =
          tape.emit().node("Conv", List.of(dy, weight), attributes(node, tape, kernel));
      tape.give(x, gradient);
    }
    ConvBackward.bias(node, tape, dy);
  }

  /** Pads at the end, where the output was cut or lengthened, so that x' size comes out. */
  private static Map<String, Object> attributes(Node node, Tape tape, long[] kernel) {
    String x = node.inputs().get(0);
    Window window = Window.of(node, tape.shape(node.output()), tape.shape(x), kernel);
    boolean automatic =
        node.stringAttribute("auto_pad", "NOTSET").startsWith("SAME")
            || node.attribute("output_shape").isPresent();
    int rank = kernel.length;
    long[] pads = new long[2 * rank];
    for (int i = 0; i < rank; i++) {
      long total =
          (window.output()[i] - 1) * window.strides()[i] + window.extent(i) - window.input()[i];
      if (automatic && total % 2 != 0) {
        throw Tape.refuse(node, "no gradient is known of an uneven padding that is not given");
      }
      pads[i] = automatic ? total / 2 : window.begin()[i];
      pads[rank + i] = total - pads[i];
      if (pads[i] < 0 || pads[rank + i] < 0) {
        pads[i] = Math.max(0, pads[i]);
        pads[rank + i] = 0;
      }
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("group", node.intAttribute("group", 1));
    attributes.put("kernel_shape", kernel);
    attributes.put("strides", window.strides());
    attributes.put("dilations", window.dilations());
    attributes.put("pads", pads);
    return attributes;
  }
}

package dev.espalier.pruner.gradient;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Average pooling: each window spreads its gradient evenly, by a transposed convolution with ones.
 * What a window divides by follows from the same pooling of ones, whatever is counted as padding.
 */
final class AveragePoolBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("AveragePool");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String x = node.inputs().getFirst();
    ElementType type = tape.type(x);
    long[] shape = tape.shape(x);
    long[] output = tape.shape(node.output());
    Window window = Window.of(node, shape, output, node.intsAttribute("kernel_shape"));
    String of =
        emit.node(
            node.proto().toBuilder()
                .clearInput()
                .clearOutput()
                .addInput(ones(emit, type, Lengths.concat(1, 1, window.input())))
                .setName(emit.next("AveragePool")));
    int[] dims = Lengths.ints(Lengths.concat(1, 1, window.output()));
    String share = emit.node("Div", of, emit.tensor(type, dims, window.within()));
    String each = emit.node("Mul", tape.gradient(node), share);
    long images = shape[0] * shape[1];
    String spread =
        emit.node(
            "ConvTranspose",
            List.of(
                emit.reshape(each, Lengths.concat(images, 1, window.output())),
                ones(emit, type, Lengths.concat(1, 1, window.kernel()))),
            window.transposed(1));
    tape.give(x, emit.reshape(spread, shape));
  }

  private static String ones(Emitter emit, ElementType type, long[] shape) {
    double[] ones = new double[(int) Lengths.product(shape)];
    Arrays.fill(ones, 1);
    return emit.tensor(type, Lengths.ints(shape), ones);
  }
}

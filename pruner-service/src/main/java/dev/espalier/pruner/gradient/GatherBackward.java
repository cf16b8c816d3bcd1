package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.LongStream;

/** Gather with constant indices, by the product with a matrix of ones and zeros. */
final class GatherBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Gather");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String x = node.inputs().getFirst();
    long[] shape = tape.shape(x);
    int axis = Tape.axis(node.intAttribute("axis", 0), shape.length);
    long[] index =
        Arrays.stream(tape.integers(node, 1).orElseThrow(() -> Tape.refuse(node, "has no indices")))
            .map(i -> i < 0 ? i + shape[axis] : i)
            .toArray();
    long[] flat =
        LongStream.range(0, shape.length)
            .map(i -> i == axis ? index.length : shape[(int) i])
            .toArray();
    String dy = emit.reshape(tape.gradient(node), flat);
    String places = Places.matrix(node, tape, index, shape[axis]);
    tape.give(x, emit.along(dy, shape.length, axis, places));
  }
}

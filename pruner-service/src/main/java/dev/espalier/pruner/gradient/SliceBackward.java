package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Slice: the gradient goes back to where each element came from, zeros elsewhere. */
final class SliceBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Slice");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String x = node.inputs().getFirst();
    long[] shape = tape.shape(x);
    long[] taken = tape.shape(node.output());
    int rank = shape.length;
    long[] starts = tape.integers(node, 1).orElseThrow(() -> Tape.refuse(node, "has no starts"));
    long[] axes =
        tape.integers(node, 3).orElse(IntStream.range(0, starts.length).asLongStream().toArray());
    long[] steps = tape.integers(node, 4).orElse(Lengths.ones(starts.length));
    long[] begin = new long[rank];
    long[] end = new long[rank];
    String gradient = tape.gradient(node);
    for (int i = 0; i < starts.length; i++) {
      int axis = Tape.axis(axes[i], rank);
      long step = steps[i];
      long from = starts[i] < 0 ? starts[i] + shape[axis] : starts[i];
      long start = Math.clamp(from, 0, step < 0 ? shape[axis] - 1 : shape[axis]);
      if (step == 1) {
        begin[axis] = start;
        end[axis] = shape[axis] - start - taken[axis];
      } else {
        long[] index = LongStream.range(0, taken[axis]).map(k -> start + k * step).toArray();
        String places = Places.matrix(node, tape, index, shape[axis]);
        gradient = emit.along(gradient, rank, axis, places);
      }
    }
    tape.give(x, emit.pad(gradient, tape.type(x), begin, end));
  }
}

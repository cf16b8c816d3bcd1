package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;
import java.util.stream.IntStream;

/** Reductions over axes, pooling over whole images among them. */
final class ReduceBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of(
        "ReduceSum",
        "ReduceMean",
        "ReduceMax",
        "ReduceMin",
        "ReduceL1",
        "ReduceL2",
        "ReduceSumSquare",
        "ReduceLogSumExp",
        "GlobalAveragePool",
        "GlobalMaxPool");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String x = node.inputs().getFirst();
    long[] shape = tape.shape(x);
    int[] axes = axes(node, tape, shape.length);
    long[] kept = shape.clone();
    double count = 1;
    for (int axis : axes) {
      count *= shape[axis];
      kept[axis] = 1;
    }
    String dy = emit.reshape(tape.gradient(node), kept);
    String gradient =
        switch (node.operator()) {
          case "ReduceSum" -> emit.expand(dy, shape);
          case "ReduceMean", "GlobalAveragePool" ->
              emit.expand(emit.node("Mul", dy, tape.number(x, 1 / count)), shape);
          case "ReduceL1" -> emit.node("Mul", dy, emit.node("Sign", x));
          case "ReduceSumSquare" -> emit.node("Mul", emit.node("Mul", dy, tape.number(x, 2)), x);
          case "ReduceL2" -> emit.node("Mul", emit.node("Div", dy, y(node, emit, kept)), x);
          case "ReduceLogSumExp" ->
              emit.node("Mul", dy, emit.node("Exp", emit.node("Sub", x, y(node, emit, kept))));
          default -> ofExtremes(tape, x, y(node, emit, kept), dy, axes);
        };
    tape.give(x, gradient);
  }

  private static String y(Node node, Emitter emit, long[] kept) {
    return emit.reshape(node.output(), kept);
  }

  /** Equal extremes share the gradient. */
  private static String ofExtremes(Tape tape, String x, String y, String dy, int[] axes) {
    Emitter emit = tape.emit();
    String taken = emit.cast(emit.node("Equal", x, y), tape.type(x));
    return emit.node("Mul", taken, emit.node("Div", dy, emit.sum(taken, axes)));
  }

  private static int[] axes(Node node, Tape tape, int rank) {
    if (node.operator().startsWith("Global")) {
      return IntStream.range(2, rank).toArray();
    }
    int[] axes = tape.axes(node, 1, rank);
    boolean all = axes.length == 0 && node.intAttribute("noop_with_empty_axes", 0) == 0;
    return all ? IntStream.range(0, rank).toArray() : axes;
  }
}

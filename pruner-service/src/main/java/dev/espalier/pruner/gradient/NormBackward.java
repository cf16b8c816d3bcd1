package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Normalisations over the input's own mean and variance. With the normalised input n and the
 * gradient g of it, {@code dx = (g - mean(g) - n mean(g n)) / deviation}.
 */
final class NormBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("LayerNormalization", "InstanceNormalization", "GroupNormalization");
  }

  @Override
  public void backward(Node node, Tape tape) {
    tape.without(node, 1);
    tape.without(node, 2);
    String x = node.inputs().get(0);
    long[] shape = tape.shape(x);
    String dy = tape.gradient(node);
    String scale = node.inputs().get(1);
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    Emitter emit = tape.emit();
    switch (node.operator()) {
      case "LayerNormalization" -> {
        int first = Tape.axis(node.intAttribute("axis", -1), shape.length);
        int[] axes = IntStream.range(first, shape.length).toArray();
        tape.give(x, gradient(tape, x, shape, emit.node("Mul", dy, scale), axes, epsilon));
      }
      case "InstanceNormalization" -> {
        int[] axes = IntStream.range(2, shape.length).toArray();
        String g = emit.node("Mul", dy, emit.reshape(scale, channels(shape, shape[1])));
        tape.give(x, gradient(tape, x, shape, g, axes, epsilon));
      }
      default -> tape.give(x, ofGroups(node, tape, x, shape, dy, scale, epsilon));
    }
  }

  /** The scale has an element a channel, in operator sets 18 to 20 an element a group. */
  private static String ofGroups(
      Node node, Tape tape, String x, long[] shape, String dy, String scale, double epsilon) {
    Emitter emit = tape.emit();
    long groups = node.intAttribute("num_groups", 1);
    long each = Lengths.product(shape) / shape[0] / groups;
    long[] grouped = {shape[0], groups, each};
    String scaled;
    if (emit.opset() < 21) {
      String g = emit.reshape(dy, grouped);
      scaled = emit.node("Mul", g, emit.reshape(scale, 1, groups, 1));
    } else {
      String g = emit.node("Mul", dy, emit.reshape(scale, channels(shape, shape[1])));
      scaled = emit.reshape(g, grouped);
    }
    String flat = emit.reshape(x, grouped);
    int[] axes = {2};
    return emit.reshape(gradient(tape, x, flat, grouped, scaled, axes, epsilon), shape);
  }

  private static long[] channels(long[] shape, long count) {
    long[] channels = Lengths.ones(shape.length);
    channels[1] = count;
    return channels;
  }

  private static String gradient(
      Tape tape, String x, long[] shape, String g, int[] axes, double epsilon) {
    return gradient(tape, x, x, shape, g, axes, epsilon);
  }

  private static String gradient(
      Tape tape, String like, String x, long[] shape, String g, int[] axes, double epsilon) {
    Emitter emit = tape.emit();
    double count = 1;
    for (int axis : axes) {
      count *= shape[axis];
    }
    String share = tape.number(like, 1 / count);
    String centred = emit.node("Sub", x, mean(emit, x, axes, share));
    String variance = mean(emit, emit.node("Mul", centred, centred), axes, share);
    String deviation = emit.node("Sqrt", emit.node("Add", variance, tape.number(like, epsilon)));
    String n = emit.node("Div", centred, deviation);
    String along = emit.node("Mul", n, mean(emit, emit.node("Mul", g, n), axes, share));
    String rest = emit.node("Sub", emit.node("Sub", g, mean(emit, g, axes, share)), along);
    return emit.node("Div", rest, deviation);
  }

  private static String mean(Emitter emit, String x, int[] axes, String share) {
    return emit.node("Mul", emit.sum(x, axes), share);
  }
}

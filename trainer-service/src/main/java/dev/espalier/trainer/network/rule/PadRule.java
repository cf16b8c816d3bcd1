package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;

/** Lengthens axes by a constant, the edge, a mirror image or from the other end; or cuts them. */
final class PadRule implements OperatorRule {
  @Override
  public Use use(Node node, int input) {
    return input == 0 ? Use.TRAINED : Use.FIXED;
  }

  @Override
  public Operation bind(Node node, Context context) {
    Values.arity(node, 1, 4, 1);
    String mode = node.stringAttribute("mode", "constant");
    switch (mode) {
      case "constant", "edge", "reflect", "wrap" -> {}
      default -> throw Values.declined(node, "mode \"" + mode + "\" is not known");
    }
    long[] fixed = node.intsAttribute("pads");
    double value = node.floatAttribute("value", 0);
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      NDArray given = Values.input(inputs, 1);
      NDArray constant = Values.input(inputs, 2);
      NDArray chosen = Values.input(inputs, 3);
      long[] pads = given == null ? fixed : Values.longs(given);
      double filler = constant == null ? value : Nd.doubles(constant)[0];
      long[] axes = chosen == null ? null : Values.longs(chosen);
      int count = axes == null ? Values.rank(x) : axes.length;
      if (pads.length != 2 * count) {
        throw Values.declined(node, pads.length + " pads do not fit " + count + " axes");
      }
      long[] made = Values.dims(x).clone();
      for (int i = 0; i < count; i++) {
        int axis = axes == null ? i : Values.axis(node, axes[i], Values.rank(x));
        made[axis] += Math.max(0, pads[i]) + Math.max(0, pads[i + count]);
      }
      ValueSizes.limit(node, made);
      for (int i = 0; i < count; i++) {
        int axis = axes == null ? i : Values.axis(node, axes[i], Values.rank(x));
        x = pad(node, x, axis, pads[i], pads[i + count], mode, filler);
      }
      return new NDList(x);
    };
  }

  private static NDArray pad(
      Node node, NDArray x, int axis, long before, long after, String mode, double filler) {
    if (before == 0 && after == 0) {
      return x;
    }
    long length = x.getShape().get(axis) + Math.min(before, 0) + Math.min(after, 0);
    if (length < 0) {
      throw Values.declined(
          node, "pads " + before + " and " + after + " cut more than axis " + axis + " has");
    }
    if (mode.equals("constant")) {
      return Nd.pad(x, axis, before, after, filler);
    }
    if (length == 0) {
      throw Values.declined(node, "nothing is left of axis " + axis + " to continue it by " + mode);
    }
    long first = Math.max(0, -before);
    long lead = Math.max(0, before);
    long[] indices = new long[Math.toIntExact(lead + length + Math.max(0, after))];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = first + source(i - lead, length, mode);
    }
    return Nd.pick(x, axis, indices);
  }

  private static long source(long i, long length, String mode) {
    return switch (mode) {
      case "edge" -> Math.clamp(i, 0, length - 1);
      case "wrap" -> Math.floorMod(i, length);
      default -> {
        long period = Math.max(1, 2 * (length - 1));
        long turn = Math.floorMod(i, period);
        yield turn < length ? turn : period - turn;
      }
    };
  }
}

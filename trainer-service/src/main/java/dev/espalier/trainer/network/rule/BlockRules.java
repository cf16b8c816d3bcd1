package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.OperatorRule;

/** Moves blocks of channels into space and back. */
final class BlockRules {
  private BlockRules() {}

  /** DepthToSpace, the channels being depth-column-row (DCR) or column-row-depth (CRD). */
  static OperatorRule depthToSpace() {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      String mode = node.stringAttribute("mode", "DCR");
      if (!mode.equals("DCR") && !mode.equals("CRD")) {
        throw Values.declined(node, "mode \"" + mode + "\" is not known");
      }
      boolean blocksFirst = mode.equals("DCR");
      long b = block(node);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        long[] d = dims(node, x, b, 1, 1);
        long c = d[1] / (b * b);
        NDArray parts =
            blocksFirst
                ? Values.reshaped(x, d[0], b, b, c, d[2], d[3]).transpose(0, 3, 4, 1, 5, 2)
                : Values.reshaped(x, d[0], c, b, b, d[2], d[3]).transpose(0, 1, 4, 2, 5, 3);
        return new NDList(Values.reshaped(parts, d[0], c, d[2] * b, d[3] * b));
      };
    };
  }

  /** SpaceToDepth, the inverse of DCR. */
  static OperatorRule spaceToDepth() {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      long b = block(node);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        long[] d = dims(node, x, 1, b, b);
        NDArray parts = Values.reshaped(x, d[0], d[1], d[2] / b, b, d[3] / b, b);
        return new NDList(
            Values.reshaped(
                parts.transpose(0, 3, 5, 1, 2, 4), d[0], d[1] * b * b, d[2] / b, d[3] / b));
      };
    };
  }

  private static long block(Node node) {
    long block = node.intAttribute("blocksize", 0);
    if (block < 1) {
      throw Values.declined(node, "blocksize " + block + " is below 1");
    }
    return block;
  }

  private static long[] dims(Node node, NDArray x, long channels, long height, long width) {
    long[] d = Values.dims(x);
    if (d.length != 4
        || d[1] % (channels * channels) != 0
        || d[2] % height != 0
        || d[3] % width != 0) {
      throw Values.declined(node, "input " + x.getShape() + " does not divide into blocks");
    }
    return d;
  }
}

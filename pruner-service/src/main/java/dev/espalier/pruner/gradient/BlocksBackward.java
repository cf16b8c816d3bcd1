package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;

/** DepthToSpace and SpaceToDepth, each by a reshape, a transpose and a reshape back. */
final class BlocksBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("DepthToSpace", "SpaceToDepth");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String x = node.inputs().getFirst();
    long[] to = tape.shape(x);
    long b = node.intAttribute("blocksize", 1);
    String dy = tape.gradient(node);
    String moved;
    if (node.operator().equals("SpaceToDepth")) {
      String split = emit.reshape(dy, to[0], b, b, to[1], to[2] / b, to[3] / b);
      moved = emit.transpose(split, 0, 3, 4, 1, 5, 2);
    } else {
      String split = emit.reshape(dy, to[0], to[1] / b / b, to[2], b, to[3], b);
      boolean rows = node.stringAttribute("mode", "DCR").equals("CRD");
      moved =
          rows ? emit.transpose(split, 0, 1, 3, 5, 2, 4) : emit.transpose(split, 0, 3, 5, 1, 2, 4);
    }
    tape.give(x, emit.reshape(moved, to));
  }
}

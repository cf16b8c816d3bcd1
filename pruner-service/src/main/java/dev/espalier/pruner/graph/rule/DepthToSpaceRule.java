package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Blocks of b x b places moved into channels and back: the deep axis is blocks x channels, or
 * channels x blocks as a pixel shuffle has it. A channel goes with all of its block.
 */
final class DepthToSpaceRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("DepthToSpace", "SpaceToDepth");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    int side = Math.toIntExact(node.intAttribute("blocksize", 1));
    int block = Math.multiplyExact(side, side);
    int[] channels;
    if (node.operator().equals("SpaceToDepth")) {
      channels = axes.merge(List.of(axes.fixed(block), x[1]));
    } else {
      boolean inner = node.stringAttribute("mode", "DCR").equals("CRD");
      int out = x[1].length / block;
      List<int[]> factors = inner ? axes.split(x[1], out, block) : axes.split(x[1], block, out);
      axes.fix(factors.get(inner ? 1 : 0));
      channels = factors.get(inner ? 0 : 1);
    }
    axes.put(node.output(), Spatial.made(axes, node, x, channels));
    return Optional.empty();
  }
}

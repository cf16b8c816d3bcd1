package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Transposed convolutions of any rank: input [N, Cin, ...], weight [Cin, M / groups, ...], bias
 * [M]. Groups are as those of a convolution.
 */
final class ConvTransposeRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("ConvTranspose");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().get(0));
    int[][] w = axes.of(node.inputs().get(1));
    if (x.length < 3 || x.length != w.length) {
      return Optional.of("X and W must be of one rank, 3 or more: " + x.length + ", " + w.length);
    }
    axes.tie(x[1], w[0]);
    int groups = Math.toIntExact(node.intAttribute("group", 1));
    int[] out = w[1];
    if (groups > 1) {
      List<int[]> in = axes.split(x[1], groups, x[1].length / groups);
      out = axes.merge(List.of(in.getFirst(), w[1]));
    }
    if (node.input(2).isPresent()) {
      axes.tie(Axis.only(axes, node.inputs().get(2)), out);
    }
    Spatial.fix(axes, w);
    axes.put(node.output(), Spatial.made(axes, node, x, out));
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    twin.keep(node, Map.of(0, twin.masked(node.inputs().getFirst(), 1)));
  }

  @Override
  public void mend(Node node, Mend mend) {
    if (node.intAttribute("group", 1) > 1) {
      int out = mend.kept(node.output(), 1).length;
      mend.attribute("group", out / mend.kept(node.inputs().get(1), 1).length);
    }
  }

  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    long[] w = shapes.get(node.inputs().get(1));
    return Spatial.product(shapes.get(node.inputs().get(0)), Spatial.product(w, 1) / w[0]);
  }
}

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
 * Convolutions of any rank: input [N, Cin, ...], weight [M, Cin / groups, ...], bias [M]. With
 * groups, Cin = groups x Cin / groups and M = groups x M / groups share their first factor; so
 * either whole groups go, or the same channels of every group. Depthwise is Cin = groups.
 */
final class ConvRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Conv");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().get(0));
    int[][] w = axes.of(node.inputs().get(1));
    if (x.length < 3 || x.length != w.length) {
      return Optional.of("X and W must be of one rank, 3 or more: " + x.length + ", " + w.length);
    }
    int groups = Math.toIntExact(node.intAttribute("group", 1));
    if (groups == 1) {
      axes.tie(x[1], w[1]);
    } else {
      List<int[]> in = axes.split(x[1], groups, w[1].length);
      List<int[]> out = axes.split(w[0], groups, w[0].length / groups);
      axes.tie(in.get(0), out.get(0));
      axes.tie(in.get(1), w[1]);
    }
    node.input(2).ifPresent(bias -> axes.tie(Axis.only(axes, bias), w[0]));
    Spatial.fix(axes, w);
    axes.put(node.output(), Spatial.made(axes, node, x, w[0]));
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    twin.keep(node, Map.of(0, twin.masked(node.inputs().getFirst(), 1)));
  }

  @Override
  public void mend(Node node, Mend mend) {
    if (node.intAttribute("group", 1) > 1) {
      int in = mend.kept(node.inputs().get(0), 1).length;
      mend.attribute("group", in / mend.kept(node.inputs().get(1), 1).length);
    }
  }

  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    long[] w = shapes.get(node.inputs().get(1));
    return Spatial.product(shapes.get(node.output()), Spatial.product(w, 1) / w[0]);
  }
}

package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Split: runs of one axis, each a part of its own; all other axes pass. */
final class SplitRule implements OperatorRule {
  private static final int SIZES_ARE_INPUT_SINCE = 13;

  @Override
  public Set<String> operators() {
    return Set.of("Split");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] in = axes.of(node.inputs().getFirst());
    int along = Axis.of(node.intAttribute("axis", 0), in.length);
    if (Literals.given(node, "split", 1)
        && Literals.settled(node, "split", 1, axes::ints).isEmpty()) {
      axes.fix(in[along]);
    }
    int from = 0;
    for (String output : node.outputs()) {
      if (output.isEmpty()) {
        return Optional.of("one of its outputs has no name");
      }
      int to = Math.addExact(from, Math.toIntExact(axes.shape(output)[along]));
      int[][] out = in.clone();
      out[along] = Arrays.copyOfRange(in[along], from, to);
      if (to - from < in[along].length) {
        axes.part(out[along]);
      }
      axes.put(output, out);
      from = to;
    }
    return from == in[along].length
        ? Optional.empty()
        : Optional.of("its outputs do not make up its input");
  }

  /** Sizes that are not said are equal; where they no longer are, they have to be said. */
  @Override
  public void mend(Node node, Mend mend) {
    int rank = mend.shape(node.inputs().getFirst()).length;
    int along = Axis.of(node.intAttribute("axis", 0), rank);
    long[] sizes =
        node.outputs().stream().mapToLong(output -> mend.kept(output, along).length).toArray();
    boolean said = Literals.given(node, "split", 1);
    if (!mend.cuts(node.inputs().getFirst(), along)
        || !said && Arrays.stream(sizes).distinct().count() == 1) {
      return;
    }
    if (mend.opset() < SIZES_ARE_INPUT_SINCE) {
      mend.attribute("split", sizes);
    } else {
      mend.ints(1, sizes);
      mend.dropAttribute("num_outputs");
    }
  }
}

package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Prepared;
import java.util.Optional;
import java.util.Set;

/** Reshape: axes are taken apart and put together as {@link Alignment} finds them. */
final class ReshapeRule implements OperatorRule {
  private static final long DERIVED = -1;

  @Override
  public Set<String> operators() {
    return Set.of("Reshape");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    Optional<long[]> target = Literals.of(node, "shape", 1, axes::ints);
    if (target.isEmpty()) {
      return Optional.of("its target shape is computed from what is fed");
    }
    int[][] in = axes.of(node.inputs().getFirst());
    int[][] out = Alignment.of(axes, in, axes.shape(node.output()));
    hold(axes, in, out, target.get(), copies(node));
    axes.put(node.output(), out);
    return Optional.empty();
  }

  /** Fixes what a target could not say after a cut. */
  private static void hold(Axes axes, int[][] in, int[][] out, long[] target, boolean copies) {
    int open = 0;
    for (int o = 0; o < out.length; o++) {
      boolean varies = target[o] == Prepared.VARYING && out[o].length > 1;
      open += varies || target[o] == DERIVED ? 1 : 0;
      if (target[o] == 0 && copies && out[o] != in[o]) {
        axes.fix(out[o]);
        axes.fix(in[o]);
      }
    }
    for (int o = 0; o < out.length; o++) {
      if (open > 1 && target[o] == Prepared.VARYING) {
        axes.fix(out[o]);
      }
    }
  }

  @Override
  public void mend(Node node, Mend mend) {
    long[] target = Literals.of(node, "shape", 1, mend::ints).orElseThrow().clone();
    boolean changed = false;
    for (int o = 0; o < target.length; o++) {
      boolean follows = target[o] == DERIVED || target[o] == 0 && copies(node);
      if (!follows && mend.cuts(node.output(), o)) {
        target[o] = target[o] == Prepared.VARYING ? DERIVED : mend.kept(node.output(), o).length;
        changed = true;
      }
    }
    if (changed && node.input(1).isPresent()) {
      mend.ints(1, target);
    } else if (changed) {
      mend.attribute("shape", target);
    }
  }

  /** True where an entry of 0 stands for the input's length on that axis. */
  private static boolean copies(Node node) {
    return node.intAttribute("allowzero", 0) == 0;
  }
}

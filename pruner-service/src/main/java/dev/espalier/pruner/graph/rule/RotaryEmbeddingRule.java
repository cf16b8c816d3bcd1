package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/**
 * Turns pairs of dimensions within each head of [batch, steps, heads * size] or [batch, heads,
 * steps, size] by an angle that grows with the step. Whole heads go.
 */
final class RotaryEmbeddingRule implements OperatorRule {
  private static final String HEADS = "num_heads";
  private static final String RUNTIME = "com.microsoft.RotaryEmbedding";

  @Override
  public Set<String> operators() {
    return Set.of("RotaryEmbedding", RUNTIME);
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    int cosines = node.operator().equals(RUNTIME) ? 2 : 1;
    int[][] angles = axes.of(node.inputs().get(cosines));
    axes.fix(node.inputs().subList(1, node.inputs().size()));
    long count = x.length == 4 ? x[1].length : node.intAttribute(HEADS, 0);
    if (count == 0) {
      count = x[2].length / (2 * angles[angles.length - 1].length);
    }
    Heads heads = Heads.of(axes, count, count);
    heads.hold(heads.query(), x);
    axes.put(node.output(), x);
    return Optional.empty();
  }

  @Override
  public void mend(Node node, Mend mend) {
    Heads.mend(mend, node, HEADS, "");
  }
}

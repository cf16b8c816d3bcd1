package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code Y = alpha * A' * B' + beta * C}, where ' transposes as the attributes say. */
final class GemmRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Gemm", "com.microsoft.FusedGemm");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] a = axes.of(node.inputs().get(0));
    int[][] b = axes.of(node.inputs().get(1));
    if (a.length != 2 || b.length != 2) {
      return Optional.of("A and B must have two axes, they have " + a.length + ", " + b.length);
    }
    axes.tie(a[innerA(node)], b[innerB(node)]);
    int[][] product = {a[1 - innerA(node)], b[1 - innerB(node)]};
    node.input(2).ifPresent(c -> axes.broadcast(product, axes.of(c)));
    axes.put(node.output(), product);
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    twin.keep(node, Map.of(0, twin.masked(node.inputs().getFirst(), innerA(node))));
  }

  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    long[] a = shapes.get(node.inputs().get(0));
    long[] y = shapes.get(node.output());
    return Math.multiplyExact(Math.multiplyExact(y[0], y[1]), a[innerA(node)]);
  }

  private static int innerA(Node node) {
    return node.intAttribute("transA", 0) == 0 ? 1 : 0;
  }

  private static int innerB(Node node) {
    return node.intAttribute("transB", 0) == 0 ? 0 : 1;
  }
}

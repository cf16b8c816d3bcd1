package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** ONNX Runtime's {@code alpha * A' * B'}, where ' swaps the last two axes as attributes say. */
final class FusedMatMulRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("com.microsoft.FusedMatMul");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] a = axes.of(node.inputs().get(0));
    int[][] b = axes.of(node.inputs().get(1));
    if (a.length < 2 || b.length < 2) {
      return Optional.of("A and B must have two axes or more");
    }
    if (node.intAttribute("transBatchA", 0) != 0 || node.intAttribute("transBatchB", 0) != 0) {
      return Optional.of("batch axes that are moved to the end are not followed");
    }
    int innerA = innerA(node, a.length);
    int innerB = innerB(node, b.length);
    axes.tie(a[innerA], b[innerB]);
    int[][] leadA = Arrays.copyOf(a, a.length - 2);
    int[][] leadB = Arrays.copyOf(b, b.length - 2);
    if (!axes.isWeight(node.inputs().get(0)) && !axes.isWeight(node.inputs().get(1))) {
      Arrays.stream(leadA).forEach(axes::heads);
      Arrays.stream(leadB).forEach(axes::heads);
    }
    int[][] lead = axes.broadcast(leadA, leadB);
    int[][] result = Arrays.copyOf(lead, lead.length + 2);
    result[lead.length] = a[2 * a.length - 3 - innerA];
    result[lead.length + 1] = b[2 * b.length - 3 - innerB];
    axes.put(node.output(), result);
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    String a = node.inputs().getFirst();
    twin.keep(node, Map.of(0, twin.masked(a, innerA(node, twin.shape(a).length))));
  }

  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    long[] a = shapes.get(node.inputs().getFirst());
    long macs = a[innerA(node, a.length)];
    for (long dim : shapes.get(node.output())) {
      macs = Math.multiplyExact(macs, dim);
    }
    return macs;
  }

  private static int innerA(Node node, int rank) {
    return node.intAttribute("transA", 0) == 0 ? rank - 1 : rank - 2;
  }

  private static int innerB(Node node, int rank) {
    return node.intAttribute("transB", 0) == 0 ? rank - 2 : rank - 1;
  }
}

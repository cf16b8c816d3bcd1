package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * numpy's matmul: the last axis of A against the last but one of B, leading axes broadcast, a
 * vector taken as a matrix of one row or column. Weights and activations are treated alike.
 */
final class MatMulRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("MatMul");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] a = axes.of(node.inputs().get(0));
    int[][] b = axes.of(node.inputs().get(1));
    if (a.length == 0 || b.length == 0) {
      return Optional.of("A and B must have axes");
    }
    axes.tie(a[a.length - 1], b[inner(b.length)]);
    if (!axes.isWeight(node.inputs().get(0)) && !axes.isWeight(node.inputs().get(1))) {
      heads(a, axes);
      heads(b, axes);
    }
    int[][] lead =
        axes.broadcast(
            Arrays.copyOf(a, Math.max(0, a.length - 2)),
            Arrays.copyOf(b, Math.max(0, b.length - 2)));
    int rows = a.length > 1 ? 1 : 0;
    int columns = b.length > 1 ? 1 : 0;
    int[][] result = Arrays.copyOf(lead, lead.length + rows + columns);
    if (rows == 1) {
      result[lead.length] = a[a.length - 2];
    }
    if (columns == 1) {
      result[lead.length + rows] = b[b.length - 1];
    }
    axes.put(node.output(), result);
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    String a = node.inputs().get(0);
    String b = node.inputs().get(1);
    twin.keep(
        node,
        twin.isWeight(a)
            ? Map.of(1, twin.masked(b, inner(twin.shape(b).length)))
            : Map.of(0, twin.masked(a, twin.shape(a).length - 1)));
  }

  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    long[] a = shapes.get(node.inputs().get(0));
    long macs = a[a.length - 1];
    for (long dim : shapes.get(node.output())) {
      macs = Math.multiplyExact(macs, dim);
    }
    return macs;
  }

  /** The product of two activations is attention's: what leads its matrices are heads. */
  private static void heads(int[][] operand, Axes axes) {
    for (int axis = 0; axis < operand.length - 2; axis++) {
      axes.heads(operand[axis]);
    }
  }

  private static int inner(int rankB) {
    return Math.max(0, rankB - 2);
  }
}

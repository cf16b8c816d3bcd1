package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * LSTM, GRU and RNN with hidden size H, g gates and d directions: W [d, g*H, I], R [d, g*H, H], B
 * [d, 2*g*H], P [d, 3*H], initial states [d, batch, H]. Hidden unit j is index j of every gate, of
 * what the recurrence reads, of the states and, since directions share axes, of both directions. I
 * goes with the features of X [steps, batch, I].
 */
final class RecurrentRule implements OperatorRule {
  private static final int X = 0;
  private static final int W = 1;
  private static final int R = 2;
  private static final int B = 3;
  private static final int INITIAL_H = 5;
  private static final int INITIAL_C = 6;
  private static final int P = 7;

  @Override
  public Set<String> operators() {
    return Set.of("LSTM", "GRU", "RNN");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().get(X));
    int[][] w = axes.of(node.inputs().get(W));
    int[][] r = axes.of(node.inputs().get(R));
    if (x.length != 3 || w.length != 3 || r.length != 3) {
      return Optional.of(
          "X, W and R must have three axes, they have %d, %d, %d"
              .formatted(x.length, w.length, r.length));
    }
    int[] hidden = r[2];
    axes.fix(x[0]);
    axes.fix(x[1]);
    axes.fix(w[0]);
    axes.fix(r[0]);
    axes.tie(x[2], w[2]);
    axes.tie(w[1], repeated(hidden, w[1].length));
    axes.tie(r[1], repeated(hidden, r[1].length));
    for (int perUnit : new int[] {B, INITIAL_H, INITIAL_C, P}) {
      node.input(perUnit).ifPresent(value -> tieLast(axes.of(value), hidden, axes));
    }
    for (int output = 0; output < node.outputs().size(); output++) {
      String value = node.outputs().get(output);
      if (!value.isEmpty()) {
        int[][] made = axes.fixed(axes.shape(value));
        made[made.length - 1] = hidden;
        axes.put(value, made);
      }
    }
    return Optional.empty();
  }

  /** Only the recurrence and the input's features are sums over what may be removed. */
  @Override
  public void twin(Node node, Twin twin) {
    twin.keep(
        node,
        Map.of(
            X, twin.masked(node.inputs().get(X), 2),
            R, twin.masked(node.inputs().get(R), 2)));
  }

  @Override
  public void mend(Node node, Mend mend) {
    String r = node.inputs().get(R);
    if (mend.cuts(r, 2)) {
      mend.attribute("hidden_size", mend.kept(r, 2).length);
    }
  }

  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    long[] x = shapes.get(node.inputs().get(X));
    long[] w = shapes.get(node.inputs().get(W));
    long[] r = shapes.get(node.inputs().get(R));
    long each = Math.multiplyExact(Math.multiplyExact(w[0], w[1]), Math.addExact(w[2], r[2]));
    return Math.multiplyExact(Math.multiplyExact(x[0], x[1]), each);
  }

  private static void tieLast(int[][] value, int[] hidden, Axes axes) {
    int last = value.length - 1;
    for (int axis = 0; axis < last; axis++) {
      axes.fix(value[axis]);
    }
    axes.tie(value[last], repeated(hidden, value[last].length));
  }

  /** The units once a gate, the gate outermost. */
  private static int[] repeated(int[] hidden, int length) {
    int[] whole = new int[length / hidden.length * hidden.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = hidden[i % hidden.length];
    }
    return whole;
  }
}

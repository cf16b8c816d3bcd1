package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import dev.espalier.onnx.Node;
import java.util.List;

/**
 * GRU, gates in the order z, r, h:
 *
 * <pre>
 * z = f(x Wz' + h Rz' + b)        r = f(x Wr' + h Rr' + b)
 * n = g(x Wh' + (r * h) Rh' + Rbh + Wbh), or with linear_before_reset
 * n = g(x Wh' + r * (h Rh' + Rbh) + Wbh)
 * h' = (1 - z) * n + z * h
 * </pre>
 */
final class GruRule extends RecurrentRule {
  GruRule() {
    super(3, 6, 2, List.of("Sigmoid", "Tanh"));
  }

  @Override
  Step step(Node node, Direction d) {
    boolean linear = node.intAttribute("linear_before_reset", 0) != 0;
    long n = d.hidden();
    NDArray gateWeights = Nd.slice(d.r(), 1, 0, 2 * n);
    NDArray candidateWeights = Nd.slice(d.r(), 1, 2 * n, 3 * n);
    return (projected, before) -> {
      NDArray h = before.hidden();
      NDArray gates =
          Nd.slice(projected, 1, 0, 2 * n).add(bias(d, 0, 2 * n, h.matMul(gateWeights)));
      NDArray active = d.functions().get(0).apply(d.clip().apply(gates));
      NDArray z = Nd.slice(active, 1, 0, n);
      NDArray r = Nd.slice(active, 1, n, 2 * n);
      NDArray recurrent =
          linear
              ? r.mul(bias(d, 2 * n, 3 * n, h.matMul(candidateWeights)))
              : bias(d, 2 * n, 3 * n, r.mul(h).matMul(candidateWeights));
      NDArray sum = Nd.slice(projected, 1, 2 * n, 3 * n).add(recurrent);
      NDArray candidate = d.functions().get(1).apply(d.clip().apply(sum));
      return new State(candidate.add(z.mul(h.sub(candidate))), null);
    };
  }

  private static NDArray bias(Direction d, long from, long to, NDArray sum) {
    return d.rb() == null ? sum : sum.add(Nd.slice(d.rb(), 0, from, to));
  }
}

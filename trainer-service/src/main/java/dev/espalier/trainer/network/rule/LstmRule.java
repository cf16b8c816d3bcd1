package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import dev.espalier.onnx.Node;
import java.util.List;

/**
 * LSTM, gates in the order i, o, f, c:
 *
 * <pre>
 * i = f(x Wi' + h Ri' + Pi * c + b)        f = f(x Wf' + h Rf' + Pf * c + b), or 1 - i
 * c' = f * c + i * g(x Wc' + h Rc' + b)
 * o = f(x Wo' + h Ro' + Po * c' + b)       h' = o * h(c')
 * </pre>
 */
final class LstmRule extends RecurrentRule {
  LstmRule() {
    super(4, 8, 3, List.of("Sigmoid", "Tanh", "Tanh"));
  }

  @Override
  Step step(Node node, Direction d) {
    boolean coupled = node.intAttribute("input_forget", 0) != 0;
    int n = d.hidden();
    return (projected, before) -> {
      NDArray sum = projected.add(before.hidden().matMul(d.r()));
      if (d.rb() != null) {
        sum = sum.add(d.rb());
      }
      NDArray i = gate(d, 0, peep(d, 0, Nd.slice(sum, 1, 0, n), before.cell()));
      NDArray f =
          coupled
              ? i.neg().add(1)
              : gate(d, 0, peep(d, 2, Nd.slice(sum, 1, 2L * n, 3L * n), before.cell()));
      NDArray candidate = gate(d, 1, Nd.slice(sum, 1, 3L * n, 4L * n));
      NDArray cell = f.mul(before.cell()).add(i.mul(candidate));
      NDArray o = gate(d, 0, peep(d, 1, Nd.slice(sum, 1, n, 2L * n), cell));
      return new State(o.mul(d.functions().get(2).apply(cell)), cell);
    };
  }

  private static NDArray gate(Direction d, int function, NDArray sum) {
    return d.functions().get(function).apply(d.clip().apply(sum));
  }

  /**
   * @param which of the peepholes, in the order i, o, f
   */
  private static NDArray peep(Direction d, int which, NDArray sum, NDArray cell) {
    if (d.p() == null) {
      return sum;
    }
    long from = (long) which * d.hidden();
    return sum.add(Nd.slice(d.p(), 0, from, from + d.hidden()).mul(cell));
  }
}

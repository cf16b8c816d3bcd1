package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import dev.espalier.onnx.Node;
import java.util.List;

/** The plain recurrent network: {@code h' = f(x W' + h R' + Wb + Rb)}. */
final class RnnRule extends RecurrentRule {
  RnnRule() {
    super(1, 6, 2, List.of("Tanh"));
  }

  @Override
  Step step(Node node, Direction d) {
    return (projected, before) -> {
      NDArray sum = projected.add(before.hidden().matMul(d.r()));
      if (d.rb() != null) {
        sum = sum.add(d.rb());
      }
      return new State(d.functions().get(0).apply(d.clip().apply(sum)), null);
    };
  }
}

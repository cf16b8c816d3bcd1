package dev.espalier.pruner.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.rule.StandardRules;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UntouchedTest {
  /** Says nothing of its weight. */
  private static final class Careless implements OperatorRule {
    @Override
    public Set<String> operators() {
      return Set.of("MatMul");
    }

    @Override
    public Optional<String> flow(Node node, Axes axes) {
      axes.put(node.output(), axes.fixed(axes.shape(node.output())));
      return Optional.empty();
    }
  }

  @Test
  void whatARuleIgnoresIsNoGroup() {
    OnnxModel model =
        new OnnxBuilder("ignored")
            .input("x", -1, 3)
            .initializer("w", new int[] {3, 4}, Networks.floats(12, new SplittableRandom(5)))
            .node("MatMul", "/m", List.of("x", "w"), "y")
            .output("y", -1, 4)
            .build();

    assertEquals(List.of(), groups(new Rules(List.of(new Careless())), model));
  }

  @Test
  void whatIsReadOnceAndNeverTiedElsewhereStaysAGroupWhereItReachesAValue() {
    OnnxModel model =
        new OnnxBuilder("read")
            .input("x", -1, 3)
            .initializer("w", new int[] {3, 4}, Networks.floats(12, new SplittableRandom(5)))
            .node("MatMul", "/m", List.of("x", "w"), "h")
            .node("ReduceSum", "/sum", List.of("h"), "y")
            .output("y", 1, 1)
            .build();

    assertEquals(List.of(4), groups(StandardRules.ALL, model));
  }

  private static List<Integer> groups(Rules rules, OnnxModel model) {
    return new Pruner(rules, System::nanoTime)
        .analyze(model).graph().groups().stream().map(Group::units).toList();
  }
}

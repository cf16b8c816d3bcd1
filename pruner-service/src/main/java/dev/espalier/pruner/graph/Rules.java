package dev.espalier.pruner.graph;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The operators that are understood. */
public final class Rules {
  private final Map<String, OperatorRule> byOperator = new HashMap<>();

  /**
   * @throws IllegalArgumentException where two rules claim one operator
   */
  public Rules(List<OperatorRule> rules) {
    for (OperatorRule rule : rules) {
      for (String operator : rule.operators()) {
        if (byOperator.put(operator, rule) != null) {
          throw new IllegalArgumentException("two rules for operator " + operator);
        }
      }
    }
  }

  public Optional<OperatorRule> of(Node node) {
    return Optional.ofNullable(byOperator.get(node.operator()));
  }

  /**
   * Multiply-accumulate operations of one forward pass; an operator without a rule counts 0, and so
   * does a node whose shapes are not known, or not as its rule expects.
   *
   * @param nodes all nodes of the model
   * @param shapes the shape of every value at batch size 1
   * @throws OnnxException beyond 2^63
   */
  public long macs(List<Node> nodes, Map<String, long[]> shapes) {
    long sum = 0;
    for (Node node : nodes) {
      try {
        OperatorRule rule = byOperator.get(node.operator());
        boolean counted =
            rule != null && known(node.inputs(), shapes) && known(node.outputs(), shapes);
        sum = Math.addExact(sum, counted ? rule.macs(node, shapes) : 0);
      } catch (IndexOutOfBoundsException e) {
        // The operator's own count needs axes that are not there.
        continue;
      } catch (ArithmeticException e) {
        throw new OnnxException("node " + node, "takes more than 2^63 operations", e);
      }
    }
    return sum;
  }

  private static boolean known(List<String> values, Map<String, long[]> shapes) {
    return values.stream().allMatch(value -> value.isEmpty() || shapes.containsKey(value));
  }
}

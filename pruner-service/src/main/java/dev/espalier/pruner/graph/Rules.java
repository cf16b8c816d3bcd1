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
   * Multiply-accumulate operations of one forward pass; operators without a rule count 0.
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
        sum = Math.addExact(sum, rule == null ? 0 : rule.macs(node, shapes));
      } catch (ArithmeticException e) {
        throw new OnnxException("node " + node, "takes more than 2^63 operations", e);
      }
    }
    return sum;
  }
}

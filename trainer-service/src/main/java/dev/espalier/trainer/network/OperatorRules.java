package dev.espalier.trainer.network;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.network.rule.ActivationRules;
import dev.espalier.trainer.network.rule.ArithmeticRules;
import dev.espalier.trainer.network.rule.ConstantRules;
import dev.espalier.trainer.network.rule.FusedRules;
import dev.espalier.trainer.network.rule.JoinRules;
import dev.espalier.trainer.network.rule.LogicRules;
import dev.espalier.trainer.network.rule.MicrosoftRules;
import dev.espalier.trainer.network.rule.NormRules;
import dev.espalier.trainer.network.rule.NormalizationRules;
import dev.espalier.trainer.network.rule.PartRules;
import dev.espalier.trainer.network.rule.PoolRules;
import dev.espalier.trainer.network.rule.ProductRules;
import dev.espalier.trainer.network.rule.RecurrentRules;
import dev.espalier.trainer.network.rule.ReduceRules;
import dev.espalier.trainer.network.rule.ShapeRules;
import dev.espalier.trainer.network.rule.SoftmaxRules;
import dev.espalier.trainer.network.rule.SpatialRules;
import dev.espalier.trainer.network.rule.TensorRules;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

/** The operators that can be trained, each with its rule. */
public final class OperatorRules {
  private static final TreeMap<String, OperatorRule> RULES =
      table(
          List.of(
              // One line a family.
              RecurrentRules.rules(),
              SpatialRules.rules(),
              NormRules.rules(),
              TensorRules.rules(),
              MicrosoftRules.rules(),
              ActivationRules.rules(),
              ArithmeticRules.rules(),
              ConstantRules.rules(),
              FusedRules.rules(),
              JoinRules.rules(),
              LogicRules.rules(),
              NormalizationRules.rules(),
              PartRules.rules(),
              PoolRules.rules(),
              ProductRules.rules(),
              ReduceRules.rules(),
              ShapeRules.rules(),
              SoftmaxRules.rules()));

  private OperatorRules() {}

  private static TreeMap<String, OperatorRule> table(List<Map<String, OperatorRule>> families) {
    TreeMap<String, OperatorRule> table = new TreeMap<>();
    for (Map<String, OperatorRule> family : families) {
      family.forEach(
          (operator, rule) -> {
            if (table.put(operator, rule) != null) {
              throw new IllegalStateException("two rules for " + operator);
            }
          });
    }
    return table;
  }

  /** The operators of the table, as {@link Node#operator} has them. */
  public static SortedSet<String> operators() {
    return Collections.unmodifiableSortedSet(RULES.navigableKeySet());
  }

  /**
   * @throws OnnxException where the operator has no rule, or the rule declines the node
   */
  public static Operation bind(Node node, Context context) {
    return rule(node).bind(node, context);
  }

  /** As {@link OperatorRule#use}. */
  static OperatorRule.Use use(Node node, int input) {
    return rule(node).use(node, input);
  }

  private static OperatorRule rule(Node node) {
    OperatorRule rule = RULES.get(node.operator());
    if (rule == null) {
      throw new OnnxException(
          "node " + node,
          "operator "
              + node.operator()
              + " cannot be trained"
              + (node.captured().isEmpty() ? "" : ", for it runs a sub-graph")
              + "; known are "
              + String.join(", ", RULES.keySet()));
    }
    return rule;
  }

  /**
   * Checks that a model can be trained, without the engine.
   *
   * @throws OnnxException where a node has no rule or an initialiser is of an unsupported type
   */
  public static void check(OnnxModel model) {
    OnnxModel lifted = model.withConstantsLifted();
    Context context = new Context(lifted.opset(), lifted.initializers());
    lifted.nodes().forEach(node -> bind(node, context));
    InitializerUses.of(model, lifted);
  }
}

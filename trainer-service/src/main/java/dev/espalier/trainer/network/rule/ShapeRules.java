package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Elementwise.unary;

import dev.espalier.trainer.network.OperatorRule;
import java.util.Map;

/** Operators that give values other shapes. */
public final class ShapeRules {
  private ShapeRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.of("Identity", unary(x -> x));
  }
}

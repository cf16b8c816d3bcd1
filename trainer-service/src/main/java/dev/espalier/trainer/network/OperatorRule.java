package dev.espalier.trainer.network;

import dev.espalier.onnx.Node;

/** How one ONNX operator is evaluated with the engine's operators, so that it can be trained. */
@FunctionalInterface
public interface OperatorRule {
  /**
   * Reads a node's attributes once.
   *
   * @throws dev.espalier.onnx.OnnxException where the node asks for what the rule cannot do
   */
  Operation bind(Node node, Context context);

  /**
   * How a node uses an initialiser that it reads. An initialiser is a parameter where at least one
   * node trains it; what is read as statistics is kept with the model but gets no gradient.
   *
   * @param input which of the node's inputs, from 0
   */
  default Use use(Node node, int input) {
    return Use.TRAINED;
  }

  /** The same rule, that trains none but the first inputs and takes the others as constants. */
  default OperatorRule fixedFrom(int first) {
    OperatorRule rule = this;
    return new OperatorRule() {
      @Override
      public Operation bind(Node node, Context context) {
        return rule.bind(node, context);
      }

      @Override
      public Use use(Node node, int input) {
        return input < first ? rule.use(node, input) : Use.FIXED;
      }
    };
  }

  /** How an initialiser is used. */
  enum Use {
    /** A weight: it gets a gradient. */
    TRAINED,
    /** Running statistics: a training pass updates them in place. */
    STATISTICS,
    /** A constant, such as bounds, scales or a shape. */
    FIXED
  }
}

package dev.espalier.pruner.gradient;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElementwiseGradientTest {
  private static OneOperator on(String operator) {
    return new OneOperator(operator, operator.hashCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Identity", "Neg", "Abs", "Exp", "Relu", "Sigmoid", "Tanh", "Sin", "Cos"})
  void functionsInDouble(String operator) {
    on(operator).input(3, 4).checkInDouble();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Sqrt", "Log", "Reciprocal"})
  void functionsOfPositives(String operator) {
    on(operator).input(3, 4).positive().checkInDouble();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Erf",
        "LeakyRelu",
        "ThresholdedRelu",
        "Elu",
        "Celu",
        "Selu",
        "HardSigmoid",
        "HardSwish",
        "Softplus",
        "Softsign",
        "Dropout"
      })
  void functionsInSingle(String operator) {
    on(operator).input(9, 13).check();
  }

  @Test
  void functionsWithAttributes() {
    for (String operator : new String[] {"LeakyRelu", "ThresholdedRelu", "Elu", "Celu"}) {
      on(operator).with("alpha", 0.375f).input(40).check();
    }
    on("Selu").with("alpha", 0.5f).with("gamma", 2f).input(40).check();
    on("HardSigmoid").with("alpha", 0.5f).with("beta", 0.25f).input(40).check();
  }

  @Test
  void laterFunctions() {
    on("Mish").opset(18).input(40).check();
    on("Gelu").opset(20).input(40).check();
    on("Gelu").opset(20).with("approximate", "tanh").input(40).check();
  }

  @Test
  void bounds() {
    on("Clip").input(40).scalar(-0.5f).scalar(0.75f).checkInDouble();
    on("Clip").input(40).without().scalar(0.75f).check();
    on("Clip").opset(11).input(40).scalar(0).check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Sub", "Mul", "Min", "Max", "Sum"})
  void pairs(String operator) {
    on(operator).input(2, 3, 4).input(2, 3, 4).checkInDouble();
    on(operator).input(2, 1, 4).input(3, 1).checkInDouble();
    on(operator).input(4).input(2, 3, 1).checkInDouble();
    on(operator).weight(3, 4).input(2, 1, 1).checkInDouble();
    on(operator).input(2, 3).scalar(0.3125f).checkInDouble();
  }

  @Test
  void several() {
    for (String operator : new String[] {"Sum", "Max", "Min"}) {
      on(operator).input(2, 3).input(3).input(2, 1).checkInDouble();
    }
    on("Mean").input(2, 3).input(3).input(2, 1).check();
  }

  @Test
  void quotientsAndPowers() {
    on("Div").positive().input(2, 3).input(3).checkInDouble();
    on("Div").input(2, 1).positiveWeight(3).checkInDouble();
    on("Pow").positive().input(2, 3).input(3).checkInDouble();
    on("Pow").input(2, 3).scalar(2).checkInDouble();
    on("Pow").input(2, 3).scalar(3).check();
    on("Pow").positive().input(5).scalar(0.5f).checkInDouble();
    on("Pow").input(2, 3).integers(3).check();
  }

  @Test
  void slopes() {
    on("PRelu").input(2, 3, 4).weight(3, 1).check();
    on("PRelu").input(2, 3).input(3).check();
  }

  @Test
  void bothBranches() {
    var builder =
        new dev.espalier.onnx.OnnxBuilder("where")
            .input("a", 2, 3)
            .input("b", 3)
            .initializer("t", new int[] {3}, new float[] {0.5f, -0.5f, 0})
            .node("Greater", "/g", java.util.List.of("a", "t"), "c")
            .node("Where", "/w", java.util.List.of("c", "a", "b"), "y", Map.of())
            .output("y", 2, 3);
    FiniteDifferences.check(builder.build(), dev.espalier.onnx.ElementType.DOUBLE, false, 5);
  }
}

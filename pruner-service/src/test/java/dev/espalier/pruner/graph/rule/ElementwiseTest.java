package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Operators that work element by element. */
class ElementwiseTest {
  private static final List<String> UNARY =
      List.of(
          "Abs",
          "Atan",
          "Asinh",
          "Ceil",
          "Celu",
          "Cos",
          "Cosh",
          "Elu",
          "Erf",
          "Exp",
          "Floor",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "LeakyRelu",
          "Neg",
          "Relu",
          "Round",
          "Selu",
          "Shrink",
          "Sigmoid",
          "Sign",
          "Sin",
          "Sinh",
          "Softplus",
          "Softsign",
          "Tan",
          "Tanh",
          "ThresholdedRelu",
          "Dropout");

  private static List<Integer> units(OnnxModel model) {
    return new Pruner().analyze(model).graph().groups().stream().map(Group::units).toList();
  }

  @Test
  void everyUnaryOperatorPassesUnits() {
    for (String operator : UNARY) {
      checkUnary(17, operator, Map.of());
    }
    checkUnary(18, "Mish", Map.of());
    checkUnary(20, "Gelu", Map.of("approximate", "tanh"));
    checkUnary(7, "Clip", Map.of("min", -0.5f, "max", 6f));
    checkUnary(17, "Cast", Map.of("to", 11));
  }

  private static void checkUnary(int opset, String operator, Map<String, Object> attributes) {
    Sketch sketch = new Sketch(operator.hashCode()).opset(opset);
    String h = sketch.dense(sketch.input(-1, 4), 4, 7);
    String y = sketch.node(operator, attributes, h);
    y = operator.equals("Cast") ? sketch.node("Cast", Map.of("to", 1), y) : y;
    OnnxModel model = sketch.build(sketch.dense(y, 7, 2));
    assertEquals(List.of(7), units(model), operator);
    Cuts.exact(model, 5);
  }

  @Test
  void whatIsOnlyDefinedInPlacesAndWhatGivesBooleans() {
    Sketch sketch = new Sketch(1);
    String h = sketch.dense(sketch.input(-1, 4), 4, 9);
    String positive = sketch.node("Sqrt", sketch.node("Exp", h));
    String log = sketch.node("Reciprocal", sketch.node("Exp", sketch.node("Log", positive)));
    String clipped = sketch.node("Clip", log, sketch.scalar(0.2), "");
    String odd =
        sketch.node(
            "Or",
            sketch.node("Not", sketch.node("IsNaN", clipped)),
            sketch.node("Xor", sketch.node("IsInf", h), sketch.node("Less", h, clipped)));
    String chosen =
        sketch.node("Where", odd, h, sketch.node("CastLike", clipped, sketch.weight(4)));
    List<String> dropped = sketch.nodes("Dropout", 2, Map.of(), chosen);
    String kept = sketch.node("Where", dropped.get(1), dropped.get(0), h);
    OnnxModel model = sketch.build(sketch.dense(kept, 9, 2));

    assertEquals(List.of(9), units(model));
    Cuts.eachGroup(model, 1);
  }

  @Test
  void randomBroadcasts() {
    List<String> operators =
        List.of("Add", "Sub", "Mul", "Max", "Min", "Mean", "Sum", "PRelu", "Where", "Pow", "Div");
    int cut = 0;
    for (long seed = 0; seed < 120; seed++) {
      Sketch sketch = new Sketch(seed);
      String x = sketch.input(2, 3, 5);
      String h = sketch.dense(x, 5, 6);
      for (int step = 0; step < 3; step++) {
        h = apply(operators.get(sketch.random.nextInt(operators.size())), sketch, h, x);
      }
      OnnxModel model = sketch.build(sketch.dense(h, 6, 2));
      cut += units(model).isEmpty() ? 0 : 1;
      assertTrue(Cuts.random(model, seed).exact());
    }
    assertTrue(cut > 80, "cut " + cut);
  }

  private static String apply(String operator, Sketch sketch, String h, String x) {
    String other = operand(sketch, x);
    return switch (operator) {
      case "PRelu", "Add", "Sub", "Mul" -> sketch.node(operator, h, other);
      case "Pow" -> sketch.node("Pow", sketch.node("Sigmoid", h), sketch.node("Abs", other));
      case "Div" -> sketch.node("Div", h, sketch.node("Exp", sketch.node("Tanh", other)));
      case "Where" -> sketch.node("Where", sketch.node("Greater", h, other), other, h);
      default -> {
        List<String> inputs = new ArrayList<>(List.of(h, other));
        for (int more = sketch.random.nextInt(3); more > 0; more--) {
          inputs.add(sketch.random.nextInt(inputs.size() + 1), operand(sketch, x));
        }
        yield sketch.node(operator, inputs.toArray(String[]::new));
      }
    };
  }

  private static String operand(Sketch sketch, String x) {
    int[][] dims = {{}, {1}, {6}, {3, 1}, {3, 6}, {1, 6}, {2, 1, 6}, {1, 3, 1}, {1, 1, 1}};
    int which = sketch.random.nextInt(dims.length + 2);
    return which < dims.length
        ? sketch.weight(dims[which])
        : sketch.dense(x, 5, which == dims.length ? 1 : 6);
  }

  @Test
  void whatIsStretchedIsNeverCut() {
    Sketch sketch = new Sketch(1);
    String column = sketch.dense(sketch.input(4, 3), 3, 1);
    String row = sketch.weight(1, 5);
    OnnxModel model = sketch.build(sketch.dense(sketch.node("Add", column, row), 5, 2));

    Group group = new Pruner().analyze(model).graph().groups().getFirst();
    assertEquals(List.of(5), units(model));
    assertEquals(5 + 5 * 2, group.parameters());
    Cuts.eachGroup(model, 1);
  }

  @Test
  void fusedGelusOfOnnxRuntime() {
    for (String operator : List.of("BiasGelu", "FastGelu", "Gelu", "QuickGelu")) {
      Sketch sketch = new Sketch(1).runtimeOperators();
      String h = sketch.dense(sketch.input(-1, 4), 4, 7);
      String domain = "com.microsoft." + operator;
      h =
          operator.startsWith("B") || operator.startsWith("F")
              ? sketch.node(domain, h, sketch.weight(7))
              : sketch.node(domain, h);
      OnnxModel model = sketch.build(sketch.dense(h, 7, 2));
      assertEquals(List.of(7), units(model), operator);
      Cuts.exact(model, 3);
    }
  }
}

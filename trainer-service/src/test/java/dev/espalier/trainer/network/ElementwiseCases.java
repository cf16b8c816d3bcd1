package dev.espalier.trainer.network;

import dev.espalier.onnx.ElementType;
import dev.espalier.trainer.network.OperatorCases.Generator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Operators that work element by element. */
final class ElementwiseCases {
  private ElementwiseCases() {}

  static Map<String, Generator> cases() {
    Map<String, Generator> cases = new HashMap<>();
    for (String operator :
        List.of(
            "Abs",
            "Neg",
            "Exp",
            "Sin",
            "Cos",
            "Atan",
            "Sinh",
            "Cosh",
            "Asinh",
            "Floor",
            "Ceil",
            "Round",
            "Sign",
            "Erf",
            "Sigmoid",
            "Tanh",
            "Relu",
            "Softplus",
            "Softsign",
            "HardSwish")) {
      cases.put(operator, c -> c.floats(c.dims(0, 4)));
    }
    for (String operator : List.of("Abs", "Neg")) {
      cases.put(operator, c -> c.numbers(c.dims(0, 4)));
    }
    within(cases, 0.1, 3, "Log", "Sqrt", "Reciprocal");
    within(cases, -0.9, 0.9, "Asin", "Acos", "Atanh");
    within(cases, 1.1, 4, "Acosh");
    within(cases, -1.2, 1.2, "Tan");
    activations(cases);
    arithmetic(cases);
    logic(cases);
    return cases;
  }

  private static void within(
      Map<String, Generator> cases, double low, double high, String... operators) {
    for (String operator : operators) {
      cases.put(operator, c -> c.floatsIn(low, high, c.dims(0, 4)));
    }
  }

  private static void activations(Map<String, Generator> cases) {
    for (String operator : List.of("LeakyRelu", "Elu", "Celu", "ThresholdedRelu")) {
      cases.put(
          operator,
          c -> c.floats(c.dims(0, 4)).maybe("alpha", (float) c.random.nextDouble(0.2, 1.5)));
    }
    cases.put("Selu", c -> c.floats(c.dims(1, 4)).maybe("alpha", 1.2f).maybe("gamma", 0.8f));
    cases.put("HardSigmoid", c -> c.floats(c.dims(1, 4)).maybe("alpha", 0.3f).maybe("beta", 0.4f));
    cases.put("Shrink", c -> c.floats(c.dims(1, 4)).maybe("lambd", 0.7f).maybe("bias", 0.2f));
    cases.put("Mish", c -> c.opset(18).floats(c.dims(1, 4)));
    cases.put("Swish", c -> c.opset(24).floats(c.dims(1, 4)).maybe("alpha", 1.3f));
    cases.put("Gelu", c -> c.opset(20).floats(c.dims(1, 4)).maybe("approximate", "tanh"));
    cases.put(
        "PRelu",
        c -> {
          int[] dims = c.dims(1, 4);
          c.floats(dims).floats(c.broadcastTo(dims));
        });
    cases.put(
        "Clip",
        c -> {
          c.opsetOf(10, 11, 13).floats(c.dims(1, 3));
          if (c.opset() < 11) {
            c.maybe("min", -0.5f).maybe("max", 1f);
          } else if (c.random.nextBoolean()) {
            c.fixed(-1, 0).fixed(0, 1);
          } else if (c.random.nextBoolean()) {
            c.omitted().fixed(0, 1);
          }
        });
  }

  private static void arithmetic(Map<String, Generator> cases) {
    for (String operator : List.of("Add", "Sub", "Mul", "Div", "Mod")) {
      cases.put(
          operator,
          c -> {
            boolean integers = c.random.nextInt(3) == 0;
            int[] dims = c.dims(0, 4);
            if (operator.equals("Mod")) {
              c.attribute("fmod", integers ? c.of(0L, 1L) : 1L);
            }
            if (integers) {
              c.longsIn(-9, 9, dims).longsIn(1, 6, c.broadcastTo(dims)).outputs(ElementType.INT64);
            } else if (c.random.nextBoolean()) {
              c.floats(dims).floatsIn(0.5, 2, c.broadcastTo(dims));
            } else {
              c.floats(c.broadcastTo(dims)).floatsIn(-2, -0.5, dims);
            }
          });
    }
    cases.put(
        "Pow",
        c -> {
          int[] dims = c.dims(1, 3);
          if (c.random.nextBoolean()) {
            c.floatsIn(0.2, 2, dims).floats(c.broadcastTo(dims));
          } else {
            c.floats(dims).longs(new int[0], c.random.nextInt(1, 5));
          }
        });
    for (String operator : List.of("Min", "Max", "Sum", "Mean")) {
      cases.put(
          operator,
          c -> {
            int[] dims = c.dims(0, 3);
            boolean integers = operator.startsWith("M") && c.random.nextInt(3) == 0;
            if (integers && !operator.equals("Mean")) {
              c.longsIn(-9, 9, dims).longsIn(-9, 9, c.broadcastTo(dims)).outputs(ElementType.INT64);
              return;
            }
            c.floats(dims);
            for (int more = c.random.nextInt(3); more > 0; more--) {
              c.floats(c.broadcastTo(dims));
            }
          });
    }
  }

  private static void logic(Map<String, Generator> cases) {
    for (String operator : List.of("And", "Or", "Xor")) {
      cases.put(
          operator,
          c -> {
            int[] dims = c.dims(0, 3);
            c.booleans(dims).booleans(c.broadcastTo(dims)).outputs(ElementType.BOOL);
          });
    }
    cases.put("Not", c -> c.booleans(c.dims(0, 3)).outputs(ElementType.BOOL));
    for (String operator : List.of("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual")) {
      cases.put(
          operator,
          c -> {
            int[] dims = c.dims(0, 3);
            c.outputs(ElementType.BOOL);
            if (c.random.nextBoolean()) {
              c.longsIn(0, 3, dims).longsIn(0, 3, c.broadcastTo(dims));
            } else {
              c.floats(dims).floats(c.broadcastTo(dims));
            }
          });
    }
    cases.put("IsNaN", c -> c.floats(c.dims(0, 3)).outputs(ElementType.BOOL));
    cases.put("IsInf", c -> c.floats(c.dims(1, 3)).outputs(ElementType.BOOL));
    cases.put(
        "Where",
        c -> {
          int[] dims = c.dims(1, 3);
          c.booleans(c.broadcastTo(dims)).floats(dims).floats(c.broadcastTo(dims));
        });
  }
}

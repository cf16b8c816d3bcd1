package dev.espalier.pruner.gradient;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Functions of one input, element by element: {@code dx = dy * f'(x)}. */
final class UnaryBackward implements BackwardRule {
  /** What a derivative is written of: names of the input, the output and the output's gradient. */
  private record At(Node node, Tape tape, String x, String y, String dy) {
    String op(String operator, String... inputs) {
      return tape.emit().node(operator, inputs);
    }

    String number(double number) {
      return tape.number(x, number);
    }

    String attribute(String name, double otherwise) {
      return number(node.floatAttribute(name, (float) otherwise));
    }

    String timesDy(String derivative) {
      return op("Mul", dy, derivative);
    }

    /** The gradient where the input is above a number, else another. */
    String above(String threshold, String above, String below) {
      return op("Where", op("Greater", x, threshold), above, below);
    }

    /** The gradient where lower < value < upper, else 0. */
    String between(String value, double lower, double upper, String inside) {
      String in = op("And", op("Greater", value, number(lower)), op("Less", value, number(upper)));
      return op("Where", in, inside, number(0));
    }
  }

  /** Writes the gradient of the input. */
  private interface Derivative {
    String of(At at);
  }

  private static final Map<String, Derivative> DERIVATIVES = new TreeMap<>();

  static {
    DERIVATIVES.put("Identity", At::dy);
    DERIVATIVES.put("Dropout", At::dy);
    DERIVATIVES.put("Cast", UnaryBackward::cast);
    DERIVATIVES.put("Neg", at -> at.op("Neg", at.dy));
    DERIVATIVES.put("Abs", at -> at.timesDy(at.op("Sign", at.x)));
    DERIVATIVES.put("Sqrt", at -> at.op("Div", at.op("Mul", at.dy, at.number(0.5)), at.y));
    DERIVATIVES.put("Exp", at -> at.timesDy(at.y));
    DERIVATIVES.put("Log", at -> at.op("Div", at.dy, at.x));
    DERIVATIVES.put("Reciprocal", at -> at.op("Neg", at.timesDy(at.op("Mul", at.y, at.y))));
    DERIVATIVES.put("Sin", at -> at.timesDy(at.op("Cos", at.x)));
    DERIVATIVES.put("Cos", at -> at.op("Neg", at.timesDy(at.op("Sin", at.x))));
    DERIVATIVES.put("Erf", UnaryBackward::erf);
    DERIVATIVES.put("Relu", at -> at.above(at.number(0), at.dy, at.number(0)));
    DERIVATIVES.put(
        "LeakyRelu", at -> at.above(at.number(0), at.dy, at.timesDy(at.attribute("alpha", 0.01))));
    DERIVATIVES.put(
        "ThresholdedRelu", at -> at.above(at.attribute("alpha", 1), at.dy, at.number(0)));
    DERIVATIVES.put(
        "Elu",
        at ->
            at.above(
                at.number(0), at.dy, at.timesDy(at.op("Add", at.y, at.attribute("alpha", 1)))));
    DERIVATIVES.put("Celu", UnaryBackward::celu);
    DERIVATIVES.put("Selu", UnaryBackward::selu);
    DERIVATIVES.put("Sigmoid", at -> at.timesDy(at.op("Mul", at.y, minus(at, at.y))));
    DERIVATIVES.put(
        "HardSigmoid", at -> at.between(at.y, 0, 1, at.timesDy(at.attribute("alpha", 0.2))));
    DERIVATIVES.put("HardSwish", UnaryBackward::hardSwish);
    DERIVATIVES.put("Tanh", at -> at.timesDy(minus(at, at.op("Mul", at.y, at.y))));
    DERIVATIVES.put("Softplus", at -> at.timesDy(at.op("Sigmoid", at.x)));
    DERIVATIVES.put("Softsign", UnaryBackward::softsign);
    DERIVATIVES.put("Mish", UnaryBackward::mish);
    DERIVATIVES.put("Gelu", UnaryBackward::gelu);
    DERIVATIVES.put("com.microsoft.Gelu", UnaryBackward::gelu);
  }

  @Override
  public Set<String> operators() {
    return DERIVATIVES.keySet();
  }

  @Override
  public void backward(Node node, Tape tape) {
    String x = node.inputs().getFirst();
    At at = new At(node, tape, x, node.output(), tape.gradient(node));
    tape.give(x, DERIVATIVES.get(node.operator()).of(at));
  }

  private static String minus(At at, String subtracted) {
    return at.op("Sub", at.number(1), subtracted);
  }

  private static String cast(At at) {
    ElementType type = at.tape.type(at.x);
    return at.tape.emit().cast(at.dy, type);
  }

  private static String erf(At at) {
    String exp = at.op("Exp", at.op("Neg", at.op("Mul", at.x, at.x)));
    return at.timesDy(at.op("Mul", exp, at.number(2 / Math.sqrt(Math.PI))));
  }

  private static String celu(At at) {
    String exp = at.op("Exp", at.op("Div", at.x, at.attribute("alpha", 1)));
    return at.above(at.number(0), at.dy, at.timesDy(exp));
  }

  private static String selu(At at) {
    float alpha = at.node.floatAttribute("alpha", 1.67326319217681884765625f);
    float gamma = at.node.floatAttribute("gamma", 1.05070102214813232421875f);
    String below = at.op("Add", at.y, at.number((double) alpha * gamma));
    return at.above(at.number(0), at.timesDy(at.number(gamma)), at.timesDy(below));
  }

  private static String hardSwish(At at) {
    String middle = at.op("Add", at.op("Div", at.x, at.number(3)), at.number(0.5));
    String below = at.between(at.x, -3, 3, at.timesDy(middle));
    return at.above(at.number(3), at.dy, below);
  }

  private static String softsign(At at) {
    String root = at.op("Add", at.op("Abs", at.x), at.number(1));
    return at.op("Div", at.dy, at.op("Mul", root, root));
  }

  /** {@code x tanh(s(x))} with s = softplus: {@code t + x sigmoid(x) (1 - t^2)}. */
  private static String mish(At at) {
    String t = at.op("Tanh", at.op("Softplus", at.x));
    String slope = at.op("Mul", at.x, at.op("Sigmoid", at.x));
    String second = at.op("Mul", slope, minus(at, at.op("Mul", t, t)));
    return at.timesDy(at.op("Add", t, second));
  }

  private static String gelu(At at) {
    boolean tanh = at.node.stringAttribute("approximate", "none").equals("tanh");
    return at.timesDy(tanh ? geluOfTanh(at) : geluOfErf(at));
  }

  /** {@code P(x) + x p(x)} with the normal distribution P and its density p. */
  private static String geluOfErf(At at) {
    String erf = at.op("Erf", at.op("Mul", at.x, at.number(Math.sqrt(0.5))));
    String share = at.op("Mul", at.op("Add", erf, at.number(1)), at.number(0.5));
    String square = at.op("Mul", at.x, at.x);
    String exp = at.op("Exp", at.op("Mul", square, at.number(-0.5)));
    String density = at.op("Mul", exp, at.number(1 / Math.sqrt(2 * Math.PI)));
    return at.op("Add", share, at.op("Mul", at.x, density));
  }

  /** Of {@code 0.5 x (1 + t)}, {@code t = tanh(sqrt(2/pi) (x + 0.044715 x^3))}. */
  private static String geluOfTanh(At at) {
    double scale = Math.sqrt(2 / Math.PI);
    String square = at.op("Mul", at.x, at.x);
    String factor =
        at.op("Add", at.op("Mul", square, at.number(scale * 0.044715)), at.number(scale));
    String t = at.op("Tanh", at.op("Mul", at.x, factor));
    String inner =
        at.op("Add", at.op("Mul", square, at.number(scale * 3 * 0.044715)), at.number(scale));
    String slope = at.op("Mul", minus(at, at.op("Mul", t, t)), at.op("Mul", at.x, inner));
    String sum = at.op("Add", at.op("Add", t, at.number(1)), slope);
    return at.op("Mul", sum, at.number(0.5));
  }
}

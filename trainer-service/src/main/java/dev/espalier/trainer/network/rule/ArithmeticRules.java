package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Elementwise.binary;
import static dev.espalier.trainer.network.rule.Elementwise.unary;
import static dev.espalier.trainer.network.rule.Elementwise.variadic;
import static dev.espalier.trainer.network.rule.Values.pt;
import static dev.espalier.trainer.network.rule.Values.scalar;
import static java.util.Map.entry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.trainer.network.OperatorRule;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Arithmetic, element by element. */
public final class ArithmeticRules {
  private ArithmeticRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.ofEntries(
        entry("Add", binary(NDArray::add)),
        entry("Sub", binary(NDArray::sub)),
        entry("Mul", binary(NDArray::mul)),
        entry("Div", binary(ArithmeticRules::divided)),
        entry("Pow", binary(ArithmeticRules::power)),
        entry("Mod", mod()),
        entry("Min", variadic(NDArray::minimum)),
        entry("Max", variadic(NDArray::maximum)),
        entry("Sum", variadic(NDArray::add)),
        entry("Mean", mean()),
        entry("Neg", unary(NDArray::neg)),
        entry("Abs", unary(NDArray::abs)),
        entry("Exp", unary(NDArray::exp)),
        entry("Log", unary(NDArray::log)),
        entry("Sqrt", unary(NDArray::sqrt)),
        entry("Reciprocal", unary(x -> x.onesLike().div(x))),
        entry("Sin", unary(NDArray::sin)),
        entry("Cos", unary(NDArray::cos)),
        entry("Tan", unary(NDArray::tan)),
        entry("Asin", unary(NDArray::asin)),
        entry("Acos", unary(NDArray::acos)),
        entry("Atan", unary(NDArray::atan)),
        entry("Sinh", unary(NDArray::sinh)),
        entry("Cosh", unary(NDArray::cosh)),
        entry("Asinh", inDouble(ArithmeticRules::asinh)),
        entry("Acosh", inDouble(ArithmeticRules::acosh)),
        entry("Atanh", inDouble(ArithmeticRules::atanh)),
        entry("Floor", unary(NDArray::floor)),
        entry("Ceil", unary(NDArray::ceil)),
        entry("Round", unary(NDArray::round)),
        entry("Sign", unary(NDArray::sign)),
        entry("Erf", unary(NDArray::erf)),
        entry("Clip", new ClipRule()));
  }

  /** Integers are divided as C does, towards 0: exactly, where they are below 2^53. */
  private static NDArray divided(NDArray a, NDArray b) {
    if (Values.isFloat(a)) {
      return a.div(b);
    }
    NDArray quotient = a.toType(DataType.FLOAT64, false).div(b.toType(DataType.FLOAT64, false));
    return quotient.trunc().toType(a.getDataType(), false);
  }

  /** The result has the base's element type. The usual powers of a formula are products. */
  private static NDArray power(NDArray base, NDArray exponent) {
    DataType type = base.getDataType();
    if (exponent.size() == 1
        && Values.rank(exponent) == 0
        && !JniUtils.requiresGrad(pt(exponent))) {
      double power = Values.number(exponent);
      if (power == 1) {
        return base;
      } else if (power == 2) {
        return base.mul(base);
      } else if (power == 3) {
        return base.mul(base).mul(base);
      } else if (power == 0.5 && base.getDataType().isFloating()) {
        return base.sqrt();
      }
    }
    if (Values.isFloat(base)) {
      return base.pow(exponent.toType(type, false));
    }
    return base.toType(DataType.FLOAT64, false)
        .pow(exponent.toType(DataType.FLOAT64, false))
        .toType(type, false);
  }

  /** The remainder: with the divisor's sign, or the dividend's where {@code fmod} is set. */
  private static OperatorRule mod() {
    return (node, context) -> {
      boolean truncated = node.intAttribute("fmod", 0) != 0;
      OperatorRule rule =
          binary(
              (a, b) ->
                  truncated
                      ? JniUtils.remainder(pt(a.abs()), pt(b.abs())).mul(a.sign())
                      : JniUtils.remainder(pt(a), pt(b)));
      return rule.bind(node, context);
    };
  }

  /** For formulas that lose digits to cancellation. */
  private static OperatorRule inDouble(UnaryOperator<NDArray> function) {
    return unary(
        x -> function.apply(x.toType(DataType.FLOAT64, false)).toType(x.getDataType(), false));
  }

  private static NDArray asinh(NDArray x) {
    NDArray root = x.mul(x).add(1.0).sqrt();
    NDArray positive = x.add(root).maximum(Double.MIN_NORMAL).log();
    NDArray negative = root.sub(x).maximum(Double.MIN_NORMAL).log().neg();
    return JniUtils.where(pt(x.gt(0.0)), pt(positive), pt(negative));
  }

  private static NDArray acosh(NDArray x) {
    return x.mul(x).sub(1.0).sqrt().add(x).log();
  }

  private static NDArray atanh(NDArray x) {
    return x.add(1.0).div(x.neg().add(1.0)).log().mul(scalar(x, 0.5));
  }

  private static OperatorRule mean() {
    OperatorRule sum = variadic(NDArray::add);
    return (node, context) -> {
      var operation = sum.bind(node, context);
      int count = node.inputs().size();
      return (inputs, pass) -> {
        NDArray total = operation.apply(inputs, pass).get(0);
        return new NDList(total.div(scalar(total, count)));
      };
    };
  }
}

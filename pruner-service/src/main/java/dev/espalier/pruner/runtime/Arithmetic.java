package dev.espalier.pruner.runtime;

import dev.espalier.onnx.ElementType;

/** Element by element operators on small tensors, with ONNX Runtime's rounding. */
final class Arithmetic {
  private Arithmetic() {}

  /** Null where the types do not allow it. */
  static Content binary(String operator, Content left, Content right) {
    if (left.type() != right.type()) {
      return null;
    }
    int[] dims = Moves.broadcast(left.dims(), right.dims());
    Content a = Moves.expandTo(left, dims);
    Content b = Moves.expandTo(right, dims);
    int count = a.size();
    if (operator.equals("Equal") || operator.equals("Less") || operator.equals("Greater")) {
      long[] truth = new long[count];
      for (int i = 0; i < count; i++) {
        int order =
            a.longs() != null
                ? Long.compare(a.longs()[i], b.longs()[i])
                : compare(a.reals()[i], b.reals()[i]);
        truth[i] = order == wanted(operator) ? 1 : 0;
      }
      return new Content(ElementType.BOOL, dims, truth, null);
    }
    boolean logic = operator.equals("And") || operator.equals("Or");
    if (logic != (a.type() == ElementType.BOOL)) {
      return null;
    }
    if (a.longs() != null) {
      long[] made = new long[count];
      for (int i = 0; i < count; i++) {
        long value = longs(operator, a.longs()[i], b.longs()[i]);
        made[i] = a.type() == ElementType.INT32 ? (int) value : value;
      }
      return new Content(a.type(), dims, made, null);
    }
    double[] made = new double[count];
    for (int i = 0; i < count; i++) {
      Double value = reals(operator, a.reals()[i], b.reals()[i]);
      if (value == null) {
        return null;
      }
      made[i] = rounded(a.type(), value);
    }
    return new Content(a.type(), dims, null, made);
  }

  /** Any order that is neither less, equal nor greater, as of NaN, is 2. */
  private static int compare(double a, double b) {
    return a < b ? -1 : a == b ? 0 : a > b ? 1 : 2;
  }

  private static int wanted(String operator) {
    return operator.equals("Less") ? -1 : operator.equals("Equal") ? 0 : 1;
  }

  private static long longs(String operator, long a, long b) {
    return switch (operator) {
      case "Add" -> a + b;
      case "Sub" -> a - b;
      case "Mul" -> a * b;
      case "Div" -> a / b;
      case "Mod" -> Math.floorMod(a, b);
      case "Min" -> Math.min(a, b);
      case "Max" -> Math.max(a, b);
      case "And" -> a & b;
      default -> a | b;
    };
  }

  /** A sum, product or quotient of floats rounded once to double and then to float is exact. */
  private static Double reals(String operator, double a, double b) {
    return switch (operator) {
      case "Add" -> a + b;
      case "Sub" -> a - b;
      case "Mul" -> a * b;
      case "Div" -> a / b;
      default -> null;
    };
  }

  private static double rounded(ElementType type, double value) {
    return type == ElementType.FLOAT ? (float) value : value;
  }

  static Content unary(String operator, Content in) {
    int count = in.size();
    if (operator.equals("Not")) {
      long[] made = new long[count];
      for (int i = 0; i < count; i++) {
        made[i] = 1 - in.indices()[i];
      }
      return new Content(in.type(), in.dims(), made, null);
    }
    if (in.longs() != null) {
      if (!in.integer() || !operator.equals("Neg") && !operator.equals("Abs")) {
        return null;
      }
      long[] made = new long[count];
      for (int i = 0; i < count; i++) {
        made[i] = operator.equals("Neg") ? -in.longs()[i] : Math.abs(in.longs()[i]);
      }
      return new Content(in.type(), in.dims(), made, null);
    }
    double[] made = new double[count];
    for (int i = 0; i < count; i++) {
      double a = in.reals()[i];
      made[i] =
          rounded(
              in.type(),
              switch (operator) {
                case "Neg" -> -a;
                case "Abs" -> Math.abs(a);
                case "Floor" -> Math.floor(a);
                case "Ceil" -> Math.ceil(a);
                case "Round" -> Math.rint(a);
                default -> Math.sqrt(a);
              });
    }
    return new Content(in.type(), in.dims(), null, made);
  }

  /** Null for a type that cannot be held, and for a float beyond the integers. */
  static Content cast(Content in, long code) {
    ElementType to = null;
    for (ElementType type : ElementType.values()) {
      to = type.code() == code ? type : to;
    }
    if (to == null || !Content.holds(to)) {
      return null;
    }
    int count = in.size();
    long[] longs = Content.real(to) ? null : new long[count];
    double[] reals = Content.real(to) ? new double[count] : null;
    for (int i = 0; i < count; i++) {
      double real = in.longs() != null ? 0 : in.reals()[i];
      if (reals != null) {
        reals[i] = real(to, in, i);
      } else if (to == ElementType.BOOL) {
        longs[i] = in.longs() != null ? (in.longs()[i] != 0 ? 1 : 0) : (real != 0 ? 1 : 0);
      } else {
        if (!(Math.abs(real) < Integer.MAX_VALUE)) {
          return null;
        }
        long value = in.longs() != null ? in.longs()[i] : (long) real;
        longs[i] = to == ElementType.INT32 ? (int) value : value;
      }
    }
    return new Content(to, in.dims(), longs, reals);
  }

  private static double real(ElementType to, Content in, int i) {
    if (in.longs() == null) {
      return rounded(to, in.reals()[i]);
    }
    return to == ElementType.FLOAT ? (float) in.longs()[i] : (double) in.longs()[i];
  }

  static Content where(Content condition, Content left, Content right) {
    if (left.type() != right.type()) {
      return null;
    }
    int[] dims = Moves.broadcast(condition.dims(), Moves.broadcast(left.dims(), right.dims()));
    Content c = Moves.expandTo(condition, dims);
    Content a = Moves.expandTo(left, dims);
    Content b = Moves.expandTo(right, dims);
    long[] longs = a.longs() == null ? null : new long[c.size()];
    double[] reals = a.longs() == null ? new double[c.size()] : null;
    for (int i = 0; i < c.size(); i++) {
      Content from = c.indices()[i] != 0 ? a : b;
      if (longs != null) {
        longs[i] = from.longs()[i];
      } else {
        reals[i] = from.reals()[i];
      }
    }
    return new Content(a.type(), dims, longs, reals);
  }
}

package dev.espalier.trainer.network;

import dev.espalier.trainer.network.OperatorCases.Generator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reductions, softmax and products of matrices. */
final class ReduceCases {
  private ReduceCases() {}

  static Map<String, Generator> cases() {
    Map<String, Generator> cases = new HashMap<>();
    for (String operator :
        List.of(
            "Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "LogSum", "LogSumExp", "SumSquare")) {
      cases.put("Reduce" + operator, c -> reduce(c, operator));
    }
    for (String operator : List.of("Softmax", "LogSoftmax")) {
      cases.put(
          operator,
          c -> {
            int[] dims = c.dims(2, 4);
            c.opsetOf(11, 12, 13, 17).floats(dims).maybe("axis", c.axis(dims.length));
          });
    }
    cases.put("MatMul", ReduceCases::matMul);
    cases.put("Gemm", ReduceCases::gemm);
    cases.put(
        "com.microsoft.FusedGemm",
        c -> {
          gemm(c);
          c.attribute("activation", c.of("Relu", "LeakyRelu", "Tanh", "Sigmoid"));
          c.attribute("activation_alpha", 0.2f);
        });
    cases.put(
        "com.microsoft.FusedMatMul",
        c -> {
          int[] size = c.random.ints(4, 1, 5).toArray();
          boolean a = c.random.nextBoolean();
          boolean b = c.random.nextBoolean();
          c.attribute("transA", a ? 1L : 0L).attribute("transB", b ? 1L : 0L);
          c.maybe("alpha", 0.7f);
          c.floats(size[3], a ? size[1] : size[0], a ? size[0] : size[1]);
          c.floats(size[3], b ? size[2] : size[1], b ? size[1] : size[2]);
        });
    return cases;
  }

  private static void reduce(OperatorCase c, String operator) {
    int[] dims = c.dims(1, 4);
    c.opsetOf(11, 13, 18).maybe("keepdims", 0L);
    if (operator.equals("LogSum")) {
      c.floatsIn(0.1, 2, dims);
    } else if (operator.startsWith("L")) {
      c.floats(dims);
    } else {
      c.numbers(dims);
    }
    long[] axes =
        c.random.nextBoolean() || dims.length < 2
            ? new long[] {c.axis(dims.length)}
            : new long[] {dims.length - 1, 0};
    boolean input = c.opset() >= (operator.equals("Sum") ? 13 : 18);
    if (c.random.nextInt(4) == 0) {
      if (input) {
        c.maybe("noop_with_empty_axes", 1L);
      }
    } else if (input) {
      c.longs(axes);
    } else {
      c.attribute("axes", axes);
    }
  }

  private static void matMul(OperatorCase c) {
    int[] size = c.random.ints(3, 1, 5).toArray();
    int batch = c.random.nextInt(1, 4);
    switch (c.random.nextInt(6)) {
      case 0 -> c.floats(size[0]).floats(size[0], size[1]);
      case 1 -> c.floats(size[0], size[1]).floats(size[1]);
      case 2 -> c.floats(size[0], size[1]).floats(size[1], size[2]);
      case 3 -> c.floats(batch, size[0], size[1]).floats(size[1], size[2]);
      case 4 -> c.floats(2, batch, size[0], size[1]).floats(batch, size[1], size[2]);
      default -> c.floats(batch, 1, size[0], size[1]).floats(3, size[1], size[2]);
    }
  }

  private static void gemm(OperatorCase c) {
    int[] size = c.random.ints(3, 1, 5).toArray();
    boolean a = c.random.nextBoolean();
    boolean b = c.random.nextBoolean();
    c.attribute("transA", a ? 1L : 0L).attribute("transB", b ? 1L : 0L);
    c.maybe("alpha", 0.7f).maybe("beta", 1.3f);
    c.floats(a ? size[1] : size[0], a ? size[0] : size[1]);
    c.floats(b ? size[2] : size[1], b ? size[1] : size[2]);
    if (c.random.nextInt(3) > 0) {
      c.floats(c.broadcastTo(size[0], size[2]));
    }
  }
}

package dev.espalier.trainer.network;

import dev.espalier.onnx.ElementType;
import dev.espalier.trainer.network.OperatorCases.Generator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Einstein's sums, reading and writing by index, order, masks. */
final class TensorCases {
  private TensorCases() {}

  static Map<String, Generator> cases() {
    Map<String, Generator> cases = new HashMap<>();
    cases.put("Einsum", TensorCases::einsum);
    cases.put(
        "GatherElements",
        c -> {
          long axis = c.axis(3);
          int length = new int[] {3, 4, 2}[Math.floorMod(axis, 3)];
          c.attribute("axis", axis).floats(3, 4, 2).longsIn(-length, length, 2, 3, 2);
        });
    cases.put(
        "GatherND",
        c -> {
          int batch = c.of(0, 1);
          c.attribute("batch_dims", (long) batch).floats(2, 3, 2);
          c.longsIn(-2, 2, 2, 4, c.random.nextInt(1, 4 - batch));
        });
    cases.put("ScatterElements", c -> scatterElements(c.opset(16)));
    cases.put(
        "Scatter",
        c ->
            c.opset(9)
                .attribute("axis", 1L)
                .floats(2, 5)
                .longs(new int[] {2, 2}, distinct(c))
                .floats(2, 2));
    cases.put("ScatterND", TensorCases::scatterNd);
    cases.put(
        "TopK",
        c -> {
          c.maybe("largest", 0L).maybe("axis", c.axis(3)).floats(3, 5, 4);
          c.longs(c.of(1, 2, 3)).outputs(ElementType.FLOAT, ElementType.INT64);
        });
    cases.put("ArgMax", TensorCases::extreme);
    cases.put("ArgMin", TensorCases::extreme);
    cases.put("Hardmax", c -> few(c.opsetOf(11, 13).maybe("axis", (long) c.of(0, 1, 2)), 2, 3, 4));
    cases.put(
        "OneHot",
        c -> {
          c.maybe("axis", c.axis(3)).longsIn(-5, 5, 2, 3);
          c.longs(4).fixed(new int[] {2}, -0.5f, 2);
        });
    cases.put(
        "CumSum",
        c -> {
          c.maybe("exclusive", 1L).maybe("reverse", 1L).floats(2, 4, 3);
          c.longs(new int[0], c.axis(3));
        });
    cases.put(
        "Trilu",
        c -> {
          c.maybe("upper", 0L).floats(2, 3, 4);
          if (c.random.nextBoolean()) {
            c.longs(new int[0], c.random.nextInt(-3, 4));
          }
        });
    cases.put(
        "EyeLike",
        c -> {
          c.maybe("k", (long) c.random.nextInt(-2, 3)).fixed(-1, 1, 3, 4);
          if (c.random.nextBoolean()) {
            c.attribute("dtype", (long) ElementType.INT64.code()).outputs(ElementType.INT64);
          }
        });
    return cases;
  }

  /** Random terms over the labels a to e, of lengths 2, 3, 2, 4, 1. */
  private static void einsum(OperatorCase c) {
    int[] lengths = {2, 3, 2, 4, 1};
    int operands = c.of(1, 2, 2, 3);
    StringBuilder equation = new StringBuilder();
    StringBuilder seen = new StringBuilder();
    boolean ellipsis = c.random.nextInt(3) == 0;
    for (int i = 0; i < operands; i++) {
      int rank = c.random.nextInt(1, 4);
      StringBuilder term = new StringBuilder();
      List<Integer> dims = new ArrayList<>();
      for (int j = 0; j < rank; j++) {
        int label = c.random.nextInt(5);
        if (operands > 1 && term.indexOf(String.valueOf((char) ('a' + label))) >= 0) {
          continue;
        }
        term.append((char) ('a' + label));
        dims.add(lengths[label]);
      }
      seen.append(term);
      if (ellipsis) {
        term.insert(0, "...");
        dims.addFirst(c.of(3, 3, 1));
        dims.addFirst(c.of(2, 1));
      }
      equation.append(i == 0 ? "" : ",").append(term);
      int[] shape = dims.stream().mapToInt(Integer::intValue).toArray();
      c.floats(shape);
    }
    if (ellipsis || c.random.nextInt(4) > 0) {
      StringBuilder output = new StringBuilder();
      for (char label : seen.toString().toCharArray()) {
        if (output.indexOf(String.valueOf(label)) < 0 && c.random.nextBoolean()) {
          output.insert(c.random.nextInt(output.length() + 1), label);
        }
      }
      equation.append("->").append(ellipsis ? "..." : "").append(output);
    }
    c.attribute("equation", equation.toString());
  }

  private static void scatterElements(OperatorCase c) {
    c.attribute("axis", 1L).floats(2, 5);
    if (c.random.nextBoolean()) {
      c.attribute("reduction", "add").longsIn(-5, 5, 2, 4).floats(2, 4);
    } else {
      c.longs(new int[] {2, 2}, distinct(c)).floats(2, 2);
    }
  }

  /** Two pairs of places among 5, each pair of two different ones. */
  private static long[] distinct(OperatorCase c) {
    long first = c.random.nextInt(5);
    long second = c.random.nextInt(5);
    return new long[] {first, (first + 2) % 5 - 5, second, (second + 1) % 5};
  }

  private static void scatterNd(OperatorCase c) {
    c.opset(16);
    if (c.random.nextBoolean()) {
      c.attribute("reduction", "add").floats(3, 4, 2).longsIn(-3, 3, 5, 2).floats(5, 2);
    } else {
      long place = c.random.nextInt(4);
      c.floats(4, 3, 2).longs(new int[] {2, 1}, place, (place + 1) % 4 - 4).floats(2, 3, 2);
    }
  }

  private static void extreme(OperatorCase c) {
    c.maybe("axis", c.axis(3)).maybe("keepdims", 0L).maybe("select_last_index", 1L);
    few(c, 3, 5, 4).outputs(ElementType.INT64);
  }

  /** Few different values, so that several are the largest. */
  private static OperatorCase few(OperatorCase c, int... dims) {
    float[] values = new float[OperatorCase.size(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = c.random.nextInt(-2, 3);
    }
    return c.fixed(dims, values);
  }
}

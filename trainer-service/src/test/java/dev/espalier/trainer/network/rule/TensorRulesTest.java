package dev.espalier.trainer.network.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OrtException;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.network.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TensorRulesTest {
  private static NDManager manager;

  @BeforeAll
  static void start() {
    manager = Torch.newManager();
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsOnnxRuntimeAndFiniteDifferences(NodeCase node) throws OrtException {
    node.check(manager);
  }

  private static Stream<NodeCase> many(int count, LongFunction<NodeCase> random) {
    return LongStream.range(0, count).mapToObj(random);
  }

  static Stream<NodeCase> cases() {
    return Stream.of(
            many(40, TensorRulesTest::einsum),
            many(6, TensorRulesTest::gatherElements),
            many(8, TensorRulesTest::gatherNd),
            many(8, TensorRulesTest::scatterElements),
            many(8, TensorRulesTest::scatterNd),
            many(8, TensorRulesTest::topK),
            many(8, seed -> extreme("ArgMax", seed)),
            many(8, seed -> extreme("ArgMin", seed)),
            many(6, TensorRulesTest::hardmax),
            many(5, TensorRulesTest::oneHot),
            many(8, TensorRulesTest::cumSum),
            many(8, TensorRulesTest::trilu),
            many(4, TensorRulesTest::eyeLike))
        .flatMap(cases -> cases);
  }

  /** Random terms over the labels a to e, of lengths 2, 3, 2, 4, 1. */
  private static NodeCase einsum(long seed) {
    NodeCase node = new NodeCase("Einsum", seed);
    int[] lengths = {2, 3, 2, 4, 1};
    int operands = node.pick(1, 2, 2, 3);
    StringBuilder equation = new StringBuilder();
    StringBuilder seen = new StringBuilder();
    boolean ellipsis = node.random.nextInt(3) == 0;
    for (int i = 0; i < operands; i++) {
      int rank = node.random.nextInt(1, 4);
      StringBuilder term = new StringBuilder();
      List<Integer> dims = new ArrayList<>();
      for (int j = 0; j < rank; j++) {
        int label = node.random.nextInt(5);
        if (operands > 1 && term.indexOf(String.valueOf((char) ('a' + label))) >= 0) {
          continue;
        }
        term.append((char) ('a' + label));
        dims.add(lengths[label]);
      }
      seen.append(term);
      if (ellipsis) {
        term.insert(0, "...");
        dims.addFirst(node.pick(3, 3, 1));
        dims.addFirst(node.pick(2, 1));
      }
      equation.append(i == 0 ? "" : ",").append(term);
      int[] shape = dims.stream().mapToInt(Integer::intValue).toArray();
      if (i == 0) {
        node.fed(shape);
      } else {
        node.weight(shape);
      }
    }
    if (ellipsis || node.random.nextInt(4) > 0) {
      StringBuilder output = new StringBuilder();
      for (char label : seen.toString().toCharArray()) {
        if (output.indexOf(String.valueOf(label)) < 0 && node.flip()) {
          output.insert(node.random.nextInt(output.length() + 1), label);
        }
      }
      equation.append("->").append(ellipsis ? "..." : "").append(output);
    }
    return node.set("equation", equation.toString());
  }

  /** ONNX Runtime 1.29 crashes on these; so they are compared with ellipses of one rank. */
  @Test
  void ellipsesOfDifferentRankBroadcast() {
    NodeCase left =
        new NodeCase("Einsum", 1).set("equation", "...a,...ab->b...").fed(2, 3, 4).out();
    NodeCase right =
        new NodeCase("Einsum", 1).set("equation", "...a,...ab->b...").fed(2, 3, 4).out();
    float[] weights = new float[20];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (i * 7 % 11 - 5) / 4f;
    }

    float[] shorter = left.constant(new int[] {4, 5}, weights).outputs(manager);

    assertArrayEquals(
        right.constant(new int[] {1, 1, 4, 5}, weights).outputs(manager), shorter, 1e-6f);
    assertEquals(5 * 2 * 3, shorter.length);
  }

  private static NodeCase gatherElements(long seed) {
    NodeCase node = new NodeCase("GatherElements", seed);
    int axis = node.pick(0, 1, -1);
    int length = new int[] {3, 4, 2}[axis < 0 ? 2 : axis];
    int[] shape = {2, 3, 2};
    return node.set("axis", (long) axis).fed(3, 4, 2).longs(shape, indices(node, 12, length));
  }

  private static long[] indices(NodeCase node, int count, int length) {
    return LongStream.generate(() -> node.random.nextInt(-length, length)).limit(count).toArray();
  }

  private static NodeCase gatherNd(long seed) {
    NodeCase node = new NodeCase("GatherND", seed);
    int batch = node.pick(0, 1);
    int k = node.random.nextInt(1, 4 - batch);
    node.set("batch_dims", (long) batch).fed(2, 3, 2);
    return node.longs(new int[] {2, 4, k}, indices(node, 8 * k, 2));
  }

  private static NodeCase scatterElements(long seed) {
    boolean add = seed % 2 == 0;
    NodeCase node = new NodeCase("ScatterElements", seed).opset(16);
    node.set("reduction", add ? "add" : "none").set("axis", 1L).fed(2, 5, 3);
    long[] indices = indices(node, 12, 5);
    for (int i = 0; i < 12 && !add; i++) {
      indices[i] = (i / 3 % 2 + 2L * (seed % 3)) % 5 - (node.flip() ? 5 : 0);
    }
    return node.longs(new int[] {2, 2, 3}, indices).fed(2, 2, 3);
  }

  private static NodeCase scatterNd(long seed) {
    boolean add = seed % 2 == 0;
    NodeCase node =
        new NodeCase("ScatterND", seed).opset(16).set("reduction", add ? "add" : "none");
    if (add) {
      return node.fed(3, 4, 2).longs(new int[] {5, 2}, indices(node, 10, 3)).fed(5, 2);
    }
    return node.fed(4, 3, 2).longs(new int[] {2, 1}, seed % 4, (seed + 1) % 4 - 4).weight(2, 3, 2);
  }

  private static NodeCase topK(long seed) {
    NodeCase node = new NodeCase("TopK", seed).set("largest", seed % 2);
    int axis = node.pick(0, 1, -1);
    node.set("axis", (long) axis).fed(3, 5, 4).longs(new int[] {1}, node.pick(1, 2, 3));
    return node.out().out(ElementType.INT64);
  }

  /** Values are few, so that several are the largest. */
  private static NodeCase extreme(String operator, long seed) {
    NodeCase node = new NodeCase(operator, seed);
    node.set("axis", (long) node.pick(0, 1, -1)).set("keepdims", seed % 2);
    node.set("select_last_index", (long) node.pick(0, 1));
    return node.fed(few(node, 3, 5, 4)).out(ElementType.INT64);
  }

  private static Tensor few(NodeCase node, int... dims) {
    float[] values = node.floats("x", dims).floats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.round(values[i]);
    }
    return Tensor.of("x", dims, values);
  }

  private static NodeCase hardmax(long seed) {
    NodeCase node = new NodeCase("Hardmax", seed).opset(seed % 2 == 0 ? 11 : 13);
    return node.set("axis", (long) node.pick(0, 1, 2)).flat().fed(few(node, 2, 3, 4));
  }

  private static NodeCase oneHot(long seed) {
    NodeCase node = new NodeCase("OneHot", seed).set("axis", (long) axis(seed));
    node.longs(new int[] {2, 3}, indices(node, 6, 5)).longs(new int[] {1}, 4);
    return node.constant(new int[] {2}, -0.5f, 2);
  }

  private static int axis(long seed) {
    return new int[] {-1, 0, 1, 2}[(int) (seed % 4)];
  }

  private static NodeCase cumSum(long seed) {
    NodeCase node = new NodeCase("CumSum", seed);
    node.set("exclusive", seed % 2).set("reverse", seed / 2 % 2).fed(2, 4, 3);
    return node.longs(new int[0], node.pick(0, 1, -1));
  }

  private static NodeCase trilu(long seed) {
    NodeCase node = new NodeCase("Trilu", seed).set("upper", seed % 2).fed(2, 3, 4);
    return node.flip() ? node.longs(new int[0], node.random.nextInt(-3, 4)) : node;
  }

  private static NodeCase eyeLike(long seed) {
    NodeCase node = new NodeCase("EyeLike", seed).set("k", seed - 2).flat().fed(3, 4);
    return seed % 2 == 0
        ? node.out()
        : node.set("dtype", (long) ElementType.INT64.code()).out(ElementType.INT64);
  }
}

package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OrtException;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.network.Torch;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MicrosoftRulesTest {
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
            many(3, seed -> new NodeCase("com.microsoft.Gelu", seed).fed(3, 4)),
            many(3, seed -> new NodeCase("com.microsoft.BiasGelu", seed).fed(2, 3, 4).weight(4)),
            many(4, MicrosoftRulesTest::fastGelu),
            many(3, MicrosoftRulesTest::quickGelu),
            many(16, MicrosoftRulesTest::attention),
            many(16, MicrosoftRulesTest::multiHead))
        .flatMap(cases -> cases);
  }

  private static NodeCase fastGelu(long seed) {
    NodeCase node = new NodeCase("com.microsoft.FastGelu", seed).tolerance(1e-4).fed(2, 3, 4);
    return seed % 2 == 0 ? node : node.weight(4);
  }

  private static NodeCase quickGelu(long seed) {
    NodeCase node = new NodeCase("com.microsoft.QuickGelu", seed).fed(2, 5);
    return seed % 2 == 0 ? node : node.set("alpha", 1.1f);
  }

  private static NodeCase attention(long seed) {
    NodeCase node = new NodeCase("com.microsoft.Attention", seed);
    int heads = node.pick(1, 2);
    int batch = node.pick(1, 3);
    int time = node.pick(1, 4);
    int in = node.pick(2, 4);
    int qk = 2 * heads;
    int v = node.pick(2, 3) * heads;
    node.set("num_heads", (long) heads).set("qkv_hidden_sizes", new long[] {qk, qk, v});
    if (node.flip()) {
      node.set("scale", 0.3f);
    }
    node.set("unidirectional", (long) node.pick(0, 1));
    node.fed(batch, time, in).weight(in, 2 * qk + v).weight(2 * qk + v);
    mask(node, batch, time);
    return node.flip() ? node.omit().constant(scores(node, batch, heads, time, time)) : node;
  }

  private static NodeCase multiHead(long seed) {
    NodeCase node = new NodeCase("com.microsoft.MultiHeadAttention", seed);
    int heads = node.pick(1, 2);
    int batch = node.pick(1, 2);
    int queries = node.pick(1, 3);
    int keys = node.pick(2, 4);
    int width = 2 * heads;
    int values = node.pick(2, 3) * heads;
    node.set("num_heads", (long) heads);
    node.fed(batch, queries, width).fed(batch, keys, width).fed(batch, keys, values);
    if (node.flip()) {
      node.weight(2 * width + values);
    } else {
      node.omit();
    }
    mask(node, batch, keys);
    return node.flip() ? node.constant(scores(node, batch, heads, queries, keys)) : node;
  }

  private static Tensor scores(NodeCase node, int... dims) {
    return node.floats("scores", dims);
  }

  private static void mask(NodeCase node, int batch, int keys) {
    if (node.flip()) {
      node.omit();
      return;
    }
    int[] seen = new int[batch * keys];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = i % keys == 0 || node.flip() ? 1 : 0;
    }
    node.constant(NodeCase.ints("mask", new int[] {batch, keys}, seen));
  }
}

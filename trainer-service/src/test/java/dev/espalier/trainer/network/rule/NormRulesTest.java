package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OrtException;
import dev.espalier.trainer.network.Torch;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NormRulesTest {
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
            many(5, NormRulesTest::instance),
            many(8, NormRulesTest::group),
            many(6, NormRulesTest::lp),
            many(5, NormRulesTest::localResponse),
            many(4, NormRulesTest::meanVariance),
            many(5, NormRulesTest::rootMeanSquare),
            many(4, NormRulesTest::simplified),
            many(6, NormRulesTest::skip),
            many(6, NormRulesTest::skipSimplified))
        .flatMap(cases -> cases);
  }

  private static NodeCase instance(long seed) {
    NodeCase node = new NodeCase("InstanceNormalization", seed);
    int channels = node.pick(1, 3);
    int[] x = node.flip() ? new int[] {2, channels, 5} : new int[] {2, channels, 3, 4};
    return node.set("epsilon", 0.01f).fed(x).weight(channels).weight(channels);
  }

  private static NodeCase group(long seed) {
    NodeCase node = new NodeCase("GroupNormalization", seed);
    boolean byGroup = seed % 2 == 0;
    int groups = node.pick(1, 2, 3);
    int channels = groups * node.pick(1, 2);
    int scales = byGroup ? groups : channels;
    node.opset(byGroup ? 18 : 21).set("num_groups", (long) groups).set("epsilon", 0.02f);
    return node.fed(2, channels, 3, 2).weight(scales).weight(scales);
  }

  private static NodeCase lp(long seed) {
    NodeCase node = new NodeCase("LpNormalization", seed);
    return node.set("p", 1 + seed % 2).set("axis", (long) node.pick(-1, 0, 1)).fed(2, 3, 4);
  }

  private static NodeCase localResponse(long seed) {
    NodeCase node = new NodeCase("LRN", seed);
    node.set("size", (long) node.pick(1, 3, 5)).set("alpha", 0.3f).set("beta", 0.6f);
    return node.set("bias", 1.5f).fed(2, node.pick(2, 4, 6), 2, 3);
  }

  private static NodeCase meanVariance(long seed) {
    NodeCase node = new NodeCase("MeanVarianceNormalization", seed).tolerance(1e-4);
    return (seed % 2 == 0 ? node : node.set("axes", new long[] {1, 3})).fed(2, 3, 2, 4);
  }

  private static NodeCase rootMeanSquare(long seed) {
    NodeCase node = new NodeCase("RMSNormalization", seed).opset(23).set("epsilon", 0.01f);
    int axis = node.pick(1, 2, -1);
    node.set("axis", (long) axis).fed(2, 3, 4);
    return axis == 1 ? node.weight(3, 4) : node.weight(4);
  }

  private static NodeCase simplified(long seed) {
    NodeCase node = new NodeCase("SimplifiedLayerNormalization", seed).set("epsilon", 0.01f);
    return node.set("axis", -1L).set("stash_type", 1L).fed(2, 3, 5).weight(5).out();
  }

  private static NodeCase skip(long seed) {
    NodeCase node = new NodeCase("com.microsoft.SkipLayerNormalization", seed);
    node.set("epsilon", 0.01f).fed(2, 3, 5).fed(2, 3, 5).weight(5);
    if (node.flip()) {
      node.weight(5);
    } else {
      node.omit();
    }
    if (node.flip()) {
      node.weight(5);
    }
    return node.flip() ? node.out() : node.out().out(null).out(null).out();
  }

  private static NodeCase skipSimplified(long seed) {
    NodeCase node = new NodeCase("com.microsoft.SkipSimplifiedLayerNormalization", seed);
    node.set("epsilon", 0.01f).fed(2, 3, 5).fed(2, 3, 5).weight(5);
    if (node.flip()) {
      node.weight(5);
    }
    return node.flip() ? node.out() : node.out().out(null).out(null).out();
  }
}

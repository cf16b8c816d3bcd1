package dev.espalier.trainer.network;

import dev.espalier.trainer.network.OperatorCases.Generator;
import java.util.Map;

/** Normalisations that take their statistics from the input alone. */
final class NormCases {
  private NormCases() {}

  static Map<String, Generator> cases() {
    return Map.of(
        "InstanceNormalization",
        c -> {
          int channels = c.of(1, 3);
          c.attribute("epsilon", 0.01f);
          c.floats(c.of(new int[] {2, channels, 5}, new int[] {2, channels, 3, 4}));
          c.floats(channels).floats(channels);
        },
        "GroupNormalization",
        NormCases::group,
        "LpNormalization",
        c -> c.maybe("p", 1L).maybe("axis", c.axis(3)).floats(2, 3, 4),
        "LRN",
        c -> {
          c.attribute("size", (long) c.of(1, 3, 5, 9)).maybe("alpha", 0.3f).maybe("beta", 0.6f);
          c.maybe("bias", 1.5f).floats(2, c.of(2, 4, 6), 2, 3);
        },
        "MeanVarianceNormalization",
        c -> c.maybe("axes", new long[] {1, 3}).floats(2, 3, 2, 4),
        "RMSNormalization",
        c -> {
          boolean two = c.random.nextBoolean();
          c.opset(23).attribute("epsilon", 0.01f).attribute("axis", two ? 1L : c.of(2L, -1L));
          c.floats(2, 3, 4).floats(two ? new int[] {3, 4} : new int[] {4});
        },
        "SimplifiedLayerNormalization",
        c ->
            c.attribute("epsilon", 0.01f)
                .attribute("axis", -1L)
                .attribute("stash_type", 1L)
                .floats(2, 3, 5)
                .floats(5));
  }

  /** Scale and bias by group in version 18, by channel in version 21. */
  private static void group(OperatorCase c) {
    int groups = c.of(1, 2, 3);
    int channels = groups * c.of(1, 2);
    c.opsetOf(18, 21).attribute("num_groups", (long) groups).attribute("epsilon", 0.02f);
    int scales = c.opset() == 18 ? groups : channels;
    c.floats(2, channels, 3, 2).floats(scales).floats(scales);
  }
}

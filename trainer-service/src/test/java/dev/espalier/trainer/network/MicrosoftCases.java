package dev.espalier.trainer.network;

import dev.espalier.onnx.ElementType;
import dev.espalier.trainer.network.OperatorCases.Generator;
import java.util.Map;

/** ONNX Runtime's own fused operators. */
final class MicrosoftCases {
  private MicrosoftCases() {}

  static Map<String, Generator> cases() {
    return Map.of(
        "com.microsoft.Gelu",
        c -> c.floats(3, 4),
        "com.microsoft.BiasGelu",
        c -> c.floats(2, 3, 4).floats(4),
        "com.microsoft.FastGelu",
        c -> {
          c.floats(2, 3, 4);
          if (c.random.nextBoolean()) {
            c.floats(4);
          }
        },
        "com.microsoft.QuickGelu",
        c -> c.maybe("alpha", 1.1f).floats(2, 5),
        "com.microsoft.SkipLayerNormalization",
        c -> skip(c, true),
        "com.microsoft.SkipSimplifiedLayerNormalization",
        c -> skip(c, false),
        "com.microsoft.Attention",
        MicrosoftCases::attention,
        "com.microsoft.MultiHeadAttention",
        MicrosoftCases::multiHead);
  }

  private static void skip(OperatorCase c, boolean shifts) {
    c.attribute("epsilon", 0.01f).floats(2, 3, 5).floats(2, 3, 5).floats(5);
    if (shifts && c.random.nextBoolean()) {
      c.floats(5);
    } else if (shifts) {
      c.omitted();
    }
    if (c.random.nextBoolean()) {
      c.floats(5);
    }
    if (c.random.nextBoolean()) {
      c.outputs(ElementType.FLOAT, null, null, ElementType.FLOAT);
    }
  }

  private static void attention(OperatorCase c) {
    int heads = c.of(1, 2);
    int batch = c.of(1, 3);
    int time = c.of(1, 4);
    int in = c.of(2, 4);
    int keys = 2 * heads;
    int values = c.of(2, 3) * heads;
    c.attribute("num_heads", (long) heads);
    c.attribute("qkv_hidden_sizes", new long[] {keys, keys, values});
    c.maybe("scale", 0.3f).maybe("unidirectional", 1L);
    c.floats(batch, time, in).floats(in, 2 * keys + values).floats(2 * keys + values);
    mask(c, batch, time);
    if (c.random.nextBoolean()) {
      c.omitted().fixed(-1, 1, batch, heads, time, time);
    }
  }

  private static void multiHead(OperatorCase c) {
    int heads = c.of(1, 2);
    int batch = c.of(1, 2);
    int queries = c.of(1, 3);
    int keys = c.of(2, 4);
    int width = 2 * heads;
    int values = c.of(2, 3) * heads;
    c.attribute("num_heads", (long) heads).maybe("scale", 0.4f);
    c.floats(batch, queries, width);
    if (c.random.nextBoolean()) {
      c.floats(batch, keys, width).floats(batch, keys, values);
    } else {
      c.floats(batch, heads, keys, 2).floats(batch, heads, keys, 2);
    }
    c.omitted();
    mask(c, batch, keys);
    if (c.random.nextBoolean()) {
      c.fixed(-1, 1, batch, heads, queries, keys);
    }
  }

  /** Of each example the first key is seen, of the others some. */
  private static void mask(OperatorCase c, int batch, int keys) {
    if (c.random.nextBoolean()) {
      c.omitted();
      return;
    }
    int[] seen = c.random.ints((long) batch * keys, 0, 2).toArray();
    for (int i = 0; i < seen.length; i += keys) {
      seen[i] = 1;
    }
    c.ints(new int[] {batch, keys}, seen);
  }
}

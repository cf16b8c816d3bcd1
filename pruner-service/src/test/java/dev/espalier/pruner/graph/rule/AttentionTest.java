package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.pruner.Cuts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Attention as exporters write it: heads go whole, from q, k, v and the projection behind them. */
class AttentionTest {
  private static final int TOKENS = 5;
  private static final int WIDTH = 3;

  private final Draft draft = new Draft(7);

  /** Tokens of some width, batch first. */
  private String tokens() {
    return draft.input("x", -1, TOKENS, WIDTH);
  }

  /** [B, N, h * d] to [B, h, N, d]. */
  private String heads(String from, int heads, int dim) {
    return draft.transpose(draft.reshape(from, 0, TOKENS, heads, dim), 0, 2, 1, 3);
  }

  private String scores(String q, String k) {
    String product = draft.op("MatMul", List.of(q, draft.transpose(k, 0, 1, 3, 2)));
    return draft.op("Mul", List.of(product, draft.weight("scale")));
  }

  private String softmax(String scores) {
    return draft.op("Softmax", List.of(scores), Map.of("axis", -1));
  }

  /** Attention over values, then the projection to the output. */
  private Found finish(String weights, String v, int width) {
    String context = draft.transpose(draft.op("MatMul", List.of(weights, v)), 0, 2, 1, 3);
    String joined = draft.reshape(context, 0, 0, -1);
    String y = draft.dense("proj", joined, width, 2);
    return Found.in(draft.output(y, -1, TOKENS, 2).build());
  }

  @Test
  void separateProjections() {
    String x = tokens();
    String q = heads(draft.dense("q", x, WIDTH, 12), 4, 3);
    String k = heads(draft.dense("k", x, WIDTH, 12), 4, 3);
    String v = heads(draft.dense("v", x, WIDTH, 8), 4, 2);

    Found found = finish(softmax(scores(q, k)), v, 8).holds(8);

    found.has(4, "q.weight[1]", "k.weight[1]", "v.weight[1]", "proj.weight[0]");
    assertArrayEquals(new int[] {3, 4, 5}, found.unit(1, "q.weight", 1));
    assertArrayEquals(new int[] {2, 3}, found.unit(1, "proj.weight", 0));
  }

  @Test
  void fusedProjectionTakenApartByGather() {
    String qkv = draft.dense("qkv", tokens(), WIDTH, 3 * 4 * 3);
    String apart = draft.transpose(draft.reshape(qkv, -1, TOKENS, 3, 4, 3), 2, 0, 3, 1, 4);
    String[] part = new String[3];
    for (int i = 0; i < 3; i++) {
      String index = draft.ints(new int[0], i);
      part[i] = draft.op("Gather", List.of(apart, index), Map.of("axis", 0));
    }

    Found found = finish(softmax(scores(part[0], part[1])), part[2], 12).holds(8);

    found.has(4, "qkv.weight[1]", "proj.weight[0]");
    assertArrayEquals(new int[] {3, 4, 5, 15, 16, 17, 27, 28, 29}, found.unit(1, "qkv.weight", 1));
  }

  @Test
  void fusedProjectionTakenApartBySplit() {
    String qkv = draft.dense("qkv", tokens(), WIDTH, 3 * 4 * 3);
    String apart = draft.transpose(draft.reshape(qkv, -1, TOKENS, 3, 4, 3), 2, 0, 3, 1, 4);
    List<String> part = draft.op("Split", List.of(apart), Map.of("axis", 0), 3);
    String zero = draft.ints(0);
    List<String> qkvs = part.stream().map(p -> draft.op("Squeeze", List.of(p, zero))).toList();

    Found found = finish(softmax(scores(qkvs.get(0), qkvs.get(1))), qkvs.get(2), 12).holds(8);

    found.has(4, "qkv.weight[1]", "proj.weight[0]");
  }

  @Test
  void fusedProjectionTakenApartBeforeHeads() {
    String qkv = draft.dense("qkv", tokens(), WIDTH, 3 * 12);
    List<String> part = draft.op("Split", List.of(qkv), Map.of("axis", 2), 3);

    Found found =
        finish(
                softmax(scores(heads(part.get(0), 4, 3), heads(part.get(1), 4, 3))),
                heads(part.get(2), 4, 3),
                12)
            .holds(8);

    found.has(4, "qkv.weight[1]", "proj.weight[0]");
  }

  /** torch.nn.MultiheadAttention: tokens first, batch and heads in one axis. */
  @Test
  void batchAndHeadsInOneAxis() {
    String x = draft.transpose(tokens(), 1, 0, 2);
    String[] part = new String[3];
    for (int i = 0; i < 3; i++) {
      String p = draft.dense("p" + i, x, WIDTH, 12);
      part[i] = draft.transpose(draft.reshape(p, TOKENS, -1, 3), 1, 0, 2);
    }
    String scores = draft.op("MatMul", List.of(part[0], draft.transpose(part[1], 0, 2, 1)));
    String context = draft.op("MatMul", List.of(softmax(scores), part[2]));
    String joined = draft.reshape(draft.transpose(context, 1, 0, 2), TOKENS, -1, 12);
    String y = draft.transpose(draft.dense("proj", joined, 12, 2), 1, 0, 2);

    Found found = Found.in(draft.output(y, -1, TOKENS, 2).build()).holds(8);

    found.has(4, "p0.weight[1]", "p1.weight[1]", "p2.weight[1]", "proj.weight[0]");
  }

  @Test
  void groupedQueriesByExpand() {
    String x = tokens();
    String q = heads(draft.dense("q", x, WIDTH, 12), 6, 2);
    String[] kv = new String[2];
    for (int i = 0; i < 2; i++) {
      String own = heads(draft.dense(i == 0 ? "k" : "v", x, WIDTH, 6), 3, 2);
      String one = draft.op("Unsqueeze", List.of(own, draft.ints(2)));
      String more = draft.op("Expand", List.of(one, draft.ints(1, 3, 2, TOKENS, 2)));
      kv[i] = draft.reshape(more, 0, 6, TOKENS, 2);
    }

    Found found = finish(softmax(scores(q, kv[0])), kv[1], 12).holds(8);

    found.has(3, "q.weight[1]", "k.weight[1]", "v.weight[1]", "proj.weight[0]");
    assertArrayEquals(new int[] {4, 5, 6, 7}, found.unit(1, "q.weight", 1));
    assertArrayEquals(new int[] {2, 3}, found.unit(1, "k.weight", 1));
  }

  @Test
  void groupedQueriesByTileAndByGather() {
    for (boolean tile : new boolean[] {true, false}) {
      AttentionTest test = new AttentionTest();
      Draft draft = test.draft;
      String x = test.tokens();
      String q = test.heads(draft.dense("q", x, WIDTH, 12), 6, 2);
      String[] kv = new String[2];
      for (int i = 0; i < 2; i++) {
        String own = test.heads(draft.dense(i == 0 ? "k" : "v", x, WIDTH, 6), 3, 2);
        kv[i] =
            tile
                ? draft.op("Tile", List.of(own, draft.ints(1, 2, 1, 1)))
                : draft.op("Gather", List.of(own, draft.ints(0, 0, 1, 1, 2, 2)), Map.of("axis", 1));
      }

      Found found = test.finish(test.softmax(test.scores(q, kv[0])), kv[1], 12).holds(8);

      found.has(3, "q.weight[1]", "k.weight[1]", "v.weight[1]", "proj.weight[0]");
      int[] own = tile ? new int[] {2, 3, 8, 9} : new int[] {4, 5, 6, 7};
      assertArrayEquals(own, found.unit(1, "q.weight", 1));
    }
  }

  /** One key and value for all heads: only the query's heads can go. */
  @Test
  void manyQueriesOfOneKey() {
    String x = tokens();
    String q = heads(draft.dense("q", x, WIDTH, 12), 4, 3);
    String k = heads(draft.dense("k", x, WIDTH, 3), 1, 3);
    String v = heads(draft.dense("v", x, WIDTH, 3), 1, 3);

    Found found = finish(softmax(scores(q, k)), v, 12).holds(8);

    found.has(4, "q.weight[1]", "proj.weight[0]");
    assertEquals(List.of(), found.groups("k.weight", 1));
  }

  /** x * cos + rotated(x) * sin, where rotated swaps the halves of each head. */
  @Test
  void rotaryEmbedding() {
    String x = tokens();
    String cos = draft.weight("cos", TOKENS, 4);
    String sin = draft.weight("sin", TOKENS, 4);
    String[] qk = new String[2];
    for (int i = 0; i < 2; i++) {
      String own = heads(draft.dense(i == 0 ? "q" : "k", x, WIDTH, 12), 3, 4);
      String low = slice(own, 3, 0, 2);
      String high = slice(own, 3, 2, Integer.MAX_VALUE);
      String rotated = draft.concat(-1, draft.op("Neg", List.of(high)), low);
      qk[i] =
          draft.op(
              "Add",
              List.of(draft.op("Mul", List.of(own, cos)), draft.op("Mul", List.of(rotated, sin))));
    }
    String v = heads(draft.dense("v", x, WIDTH, 12), 3, 4);

    Found found = finish(softmax(scores(qk[0], qk[1])), v, 12).holds(8);

    found.has(3, "q.weight[1]", "k.weight[1]", "v.weight[1]", "proj.weight[0]");
  }

  private String slice(String from, int axis, long start, long end) {
    return draft.op("Slice", List.of(from, draft.ints(start), draft.ints(end), draft.ints(axis)));
  }

  @Test
  void relativePositionBias() {
    int side = 2 * TOKENS - 1;
    String x = tokens();
    String q = heads(draft.dense("q", x, WIDTH, 12), 4, 3);
    String k = heads(draft.dense("k", x, WIDTH, 12), 4, 3);
    String v = heads(draft.dense("v", x, WIDTH, 12), 4, 3);
    long[] positions = new long[TOKENS * TOKENS];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = i / TOKENS - i % TOKENS + TOKENS - 1;
    }
    String table = draft.weight("table", side, 4);
    String rows = draft.op("Gather", List.of(table, draft.ints(positions)), Map.of("axis", 0));
    String bias = draft.transpose(draft.reshape(rows, TOKENS, TOKENS, -1), 2, 0, 1);
    String one = draft.op("Unsqueeze", List.of(bias, draft.ints(0)));

    Found found = finish(softmax(draft.op("Add", List.of(scores(q, k), one))), v, 12).holds(8);

    found.has(4, "q.weight[1]", "k.weight[1]", "v.weight[1]", "proj.weight[0]", "table[1]");
    assertEquals(List.of(), found.groups("table", 0));
  }

  @Test
  void einsum() {
    String x = tokens();
    String q = draft.reshape(draft.dense("q", x, WIDTH, 12), 0, TOKENS, 3, 4);
    String k = draft.reshape(draft.dense("k", x, WIDTH, 12), 0, TOKENS, 3, 4);
    String v = draft.reshape(draft.dense("v", x, WIDTH, 12), 0, TOKENS, 3, 4);
    String scores = draft.op("Einsum", List.of(q, k), Map.of("equation", "bqhd, bkhd -> bhqk"));
    String context =
        draft.op("Einsum", List.of(softmax(scores), v), Map.of("equation", "bhqk,bkhd->bqhd"));
    String y = draft.dense("proj", draft.reshape(context, 0, 0, 12), 12, 2);

    Found found = Found.in(draft.output(y, -1, TOKENS, 2).build()).holds(8);

    found.has(3, "q.weight[1]", "k.weight[1]", "v.weight[1]", "proj.weight[0]");
  }

  @Test
  void randomHeadsAndWidths() {
    for (int seed = 0; seed < 40; seed++) {
      Draft draft = new Draft(seed);
      int heads = 2 + draft.random.nextInt(4);
      int dim = 1 + draft.random.nextInt(4);
      int value = 1 + draft.random.nextInt(3);
      String x = draft.input("x", -1, TOKENS, WIDTH);
      String q = draft.reshape(draft.dense("q", x, WIDTH, heads * dim), 0, 0, heads, dim);
      String k = draft.reshape(draft.dense("k", x, WIDTH, heads * dim), 0, 0, -1, dim);
      String v = draft.reshape(draft.dense("v", x, WIDTH, heads * value), 0, -1, heads, value);
      String scores =
          draft.op(
              "MatMul", List.of(draft.transpose(q, 0, 2, 1, 3), draft.transpose(k, 0, 2, 3, 1)));
      String softmax = draft.op("Softmax", List.of(scores), Map.of("axis", 3));
      String context = draft.op("MatMul", List.of(softmax, draft.transpose(v, 0, 2, 1, 3)));
      String joined = draft.reshape(draft.transpose(context, 0, 2, 1, 3), 0, TOKENS, -1);
      String y = draft.dense("proj", joined, heads * value, 2);

      Found found = Found.in(draft.output(y, -1, TOKENS, 2).build());
      Cuts.random(found.traced(), seed);

      found.has(heads, "q.weight[1]", "k.weight[1]", "v.weight[1]", "proj.weight[0]");
    }
  }
}

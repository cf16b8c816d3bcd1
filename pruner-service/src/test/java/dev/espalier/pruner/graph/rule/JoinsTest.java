package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.graph.Group;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is concatenated, and what is taken apart again. */
class JoinsTest {
  private final Draft draft = new Draft(11);

  private String conv(String name, String from, int in, int out, int size) {
    long pad = size / 2;
    return draft.op(
        "Relu",
        List.of(
            draft.op(
                "Conv",
                List.of(from, draft.weight(name + ".weight", out, in, size, size)),
                Map.of("pads", new long[] {pad, pad, pad, pad}))));
  }

  /** A world model's dynamics: latent and action side by side; only the latent's columns go. */
  @Test
  void latentAndAction() {
    for (boolean actionFirst : new boolean[] {true, false}) {
      JoinsTest test = new JoinsTest();
      Draft draft = test.draft;
      String z = draft.dense("encoder", draft.input("x", -1, 3), 3, 5);
      String action = draft.input("a", -1, 2);
      String both = actionFirst ? draft.concat(-1, action, z) : draft.concat(1, z, action);
      String y = draft.dense("dynamics", both, 7, 2);

      Found found = Found.in(draft.output(y, -1, 2).build()).holds(5);

      found.has(5, "encoder.weight[1]", "dynamics.weight[0]");
      int column = actionFirst ? 5 : 3;
      assertArrayEquals(new int[] {column}, found.unit(3, "dynamics.weight", 0));
    }
  }

  /** Tokens of two sources, one after the other: their widths are tied, their number is not. */
  @Test
  void whatDoesNotLieAlongTheJoinIsTied() {
    String a = draft.dense("a", draft.input("x", -1, 2, 3), 3, 5);
    String b = draft.dense("b", draft.input("u", -1, 4, 3), 3, 5);
    String y = draft.dense("c", draft.concat(-2, a, b), 5, 2);

    Found found = Found.in(draft.output(y, -1, 6, 2).build()).holds(5);

    found.has(5, "a.weight[1]", "b.weight[1]", "c.weight[0]");
  }

  @Test
  void denselyConnected() {
    String x = draft.input("x", -1, 2, 3, 3);
    String all = conv("stem", x, 2, 4, 3);
    int width = 4;
    for (int layer = 0; layer < 4; layer++) {
      String narrow = conv("narrow" + layer, all, width, 5, 1);
      all = draft.concat(1, all, conv("grow" + layer, narrow, 5, 3, 3));
      width += 3;
    }
    String y = conv("last", all, width, 2, 1);

    Found found = Found.in(draft.output(y, -1, 2, 3, 3).build()).holds(5);

    found.has(
        4,
        "stem.weight[0]",
        "narrow0.weight[1]",
        "narrow1.weight[1]",
        "narrow2.weight[1]",
        "narrow3.weight[1]",
        "last.weight[1]");
    found.has(3, "grow2.weight[0]", "narrow3.weight[1]", "last.weight[1]");
    found.has(5, "narrow1.weight[0]", "grow1.weight[1]");
    Group grown = found.group("grow2.weight", 0);
    assertArrayEquals(new int[] {11}, Found.unit(grown, 1, "last.weight", 1));
  }

  @Test
  void inception() {
    String x = conv("stem", draft.input("x", -1, 2, 4, 4), 2, 4, 1);
    String a = conv("a", x, 4, 3, 1);
    String b = conv("b2", conv("b1", x, 4, 3, 1), 3, 5, 3);
    String pool =
        draft.op(
            "MaxPool",
            List.of(x),
            Map.of("kernel_shape", new long[] {3, 3}, "pads", new long[] {1, 1, 1, 1}));
    String y = conv("last", draft.concat(1, a, b, pool), 12, 2, 1);

    Found found = Found.in(draft.output(y, -1, 2, 4, 4).build()).holds(5);

    found.has(4, "stem.weight[0]", "a.weight[1]", "b1.weight[1]", "last.weight[1]");
    found.has(5, "b2.weight[0]", "last.weight[1]");
    Group branch = found.group("b2.weight", 0);
    assertArrayEquals(new int[] {4}, Found.unit(branch, 1, "last.weight", 1));
    Group stem = found.group("stem.weight", 0);
    assertArrayEquals(new int[] {9}, Found.unit(stem, 1, "last.weight", 1));
  }

  /** U-Net: what was left on the way down is put beside what comes up. */
  @Test
  void skipsThatAreConcatenated() {
    String top = conv("down0", draft.input("x", -1, 2, 4, 4), 2, 4, 3);
    String pooled =
        draft.op(
            "MaxPool",
            List.of(top),
            Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2}));
    String bottom = conv("down1", pooled, 4, 6, 3);
    String up =
        draft.op(
            "ConvTranspose",
            List.of(bottom, draft.weight("up.weight", 6, 3, 2, 2)),
            Map.of("strides", new long[] {2, 2}));
    String y = conv("last", draft.concat(1, up, top), 7, 2, 3);

    Found found = Found.in(draft.output(y, -1, 2, 4, 4).build()).holds(5);

    found.has(4, "down0.weight[0]", "down1.weight[1]", "last.weight[1]");
    found.has(3, "up.weight[1]", "last.weight[1]");
    Group down = found.group("down0.weight", 0);
    assertArrayEquals(new int[] {5}, Found.unit(down, 2, "last.weight", 1));
  }

  /** x1 * sigmoid(x2): index i of both halves goes together. */
  @Test
  void gatedLinearUnit() {
    for (int opset : new int[] {11, 13, 18}) {
      JoinsTest test = new JoinsTest();
      Draft draft = test.draft;
      String a = draft.dense("a", draft.input("x", -1, 3), 3, 10);
      Map<String, Object> how =
          opset < 18 ? Map.of("axis", -1) : Map.of("axis", -1, "num_outputs", 2);
      List<String> half = draft.op("Split", List.of(a), how, 2);
      String gate = draft.op("Sigmoid", List.of(half.get(1)));
      String y = draft.dense("b", draft.op("Mul", List.of(half.get(0), gate)), 5, 2);

      Found found = Found.in(draft.output(y, -1, 2).build(opset)).holds(5);

      found.has(5, "a.weight[1]", "b.weight[0]");
      assertArrayEquals(new int[] {1, 6}, found.unit(1, "a.weight", 1));
    }
  }

  /** Halves that go their own way: their sizes come apart, and no half is lost. */
  @Test
  void halvesOfTheirOwn() {
    for (int opset : new int[] {11, 13, 18}) {
      JoinsTest test = new JoinsTest();
      Draft draft = test.draft;
      String a = draft.dense("a", draft.input("x", -1, 3), 3, 8);
      Map<String, Object> how =
          opset < 18 ? Map.of("axis", 1) : Map.of("axis", 1, "num_outputs", 2);
      List<String> half = draft.op("Split", List.of(a), how, 2);
      String b = draft.dense("b", half.get(0), 4, 2);
      String c = draft.dense("c", half.get(1), 4, 2);
      String y = draft.op("Add", List.of(b, c));
      OnnxModel model = draft.output(y, -1, 2).build(opset);

      Found found = Found.in(model).holds(8);

      assertEquals(2, found.groups("a.weight", 1).size());
      found.has(4, "b.weight[0]", "a.weight[1]");
      found.has(4, "c.weight[0]", "a.weight[1]");
      Cuts.eachGroup(model, 1);
    }
  }

  /** The table that embeds tokens is also the output's projection: words stay, widths go. */
  @Test
  void tiedEmbedding() {
    String table = draft.weight("embed.weight", 7, 5);
    String x = draft.input("x", -1, 4, 3);
    String index = draft.op("ArgMax", List.of(x), Map.of("axis", -1, "keepdims", 0));
    String embedded = draft.op("Gather", List.of(table, index));
    String hidden = draft.op("Tanh", List.of(draft.dense("mix", embedded, 5, 5)));
    String y = draft.op("MatMul", List.of(hidden, draft.op("Transpose", List.of(table))));

    Found found = Found.in(draft.output(y, -1, 4, 7).build()).holds(5);

    assertEquals(List.of(), found.groups("embed.weight", 0));
    found.has(5, "embed.weight[1]", "mix.weight[0]", "mix.weight[1]");
    assertTrue(found.cuttable() == 1);
  }
}

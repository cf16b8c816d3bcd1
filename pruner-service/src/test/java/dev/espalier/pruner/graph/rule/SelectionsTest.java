package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Slices, gathered and scattered indices. */
class SelectionsTest {
  private final Draft draft = new Draft(9);

  /** Half of the channels goes through a layer, as in a cross-stage block; both find together. */
  @Test
  void slicesAreGroupsOfTheirOwn() {
    String a = draft.dense("a", draft.input("x", -1, 3), 3, 8);
    String low = slice(a, 0, 3, 1);
    String high = slice(a, -5, Integer.MAX_VALUE, 1);
    String b = draft.dense("b", high, 5, 4);
    String y = draft.dense("c", draft.concat(1, low, b), 7, 2);
    OnnxModel model = draft.output(y, -1, 2).build();

    Found found = Found.in(model).holds(6);

    found.has(4, "b.weight[1]", "c.weight[0]");
    found.has(5, "b.weight[0]", "a.weight[1]");
    assertEquals(2, found.groups("a.weight", 1).size());
    Cuts.eachGroup(model, 3);
  }

  private String slice(String from, long start, long end, long step) {
    return draft.op(
        "Slice",
        List.of(from, draft.ints(start), draft.ints(end), draft.ints(1), draft.ints(step)));
  }

  @Test
  void anAxisThatIsReversedKeepsItsUnits() {
    String a = draft.dense("a", draft.input("x", -1, 3), 3, 6);
    String back = slice(a, -1, Integer.MIN_VALUE, -1);
    String y = draft.dense("b", back, 6, 2);

    Found found = Found.in(draft.output(y, -1, 2).build()).holds(6);

    found.has(6, "a.weight[1]", "b.weight[0]");
    assertArrayEquals(new int[] {4}, found.unit(1, "b.weight", 0));
  }

  @Test
  void everySecondIndexIsNotCut() {
    String a = draft.dense("a", draft.input("x", -1, 3), 3, 6);
    String y = draft.dense("b", slice(a, 0, 6, 2), 3, 2);

    assertEquals(0, Found.in(draft.output(y, -1, 2).build()).cuttable());
  }

  @Test
  void aSingleIndexThatIsReadStays() {
    String a = draft.dense("a", draft.input("x", -1, 3), 3, 6);
    String one = draft.op("Gather", List.of(a, draft.ints(new int[0], -2)), Map.of("axis", 1));
    String wide = draft.op("Unsqueeze", List.of(one, draft.ints(1)));
    String y = draft.op("Add", List.of(draft.dense("b", a, 6, 2), wide));

    Found found = Found.in(draft.output(y, -1, 2).build()).holds(6);

    found.has(5, "a.weight[1]", "b.weight[0]");
    assertArrayEquals(new int[] {5}, found.unit(4, "a.weight", 1));
  }

  @Test
  void tokensThatAreLookedUpPassTheirWidth() {
    String a = draft.dense("a", draft.input("x", 2, 4, 3), 3, 6);
    String found2 =
        draft.op("GatherND", List.of(a, draft.ints(new int[] {3, 2}, 0, 1, 1, 3, 1, 0)));
    String put =
        draft.op("ScatterND", List.of(a, draft.ints(new int[] {3, 2}, 0, 0, 0, 1, 1, 2), found2));
    String y = draft.dense("b", put, 6, 2);

    Found found = Found.in(draft.output(y, 2, 4, 2).build()).holds(5);

    found.has(6, "a.weight[1]", "b.weight[0]");
  }

  @Test
  void lookingUpWithinTheBatch() {
    String a = draft.dense("a", draft.input("x", 2, 4, 3), 3, 6);
    String picked =
        draft.op(
            "GatherND", List.of(a, draft.ints(new int[] {2, 1}, 1, 3)), Map.of("batch_dims", 1));
    String y = draft.dense("b", picked, 6, 2);

    Found.in(draft.output(y, 2, 2).build()).holds(5).has(6, "a.weight[1]", "b.weight[0]");
  }

  @Test
  void whatIsLookedUpStays() {
    String x = draft.input("x", 4, 3);
    String a = draft.op("MatMul", List.of(draft.weight("a", 5, 4), x));
    String picked = draft.op("GatherND", List.of(a, draft.ints(new int[] {2, 1}, 1, 3)));
    String y = draft.dense("b", picked, 3, 2);

    assertEquals(0, Found.in(draft.output(y, 2, 2).build()).cuttable());
  }

  @Test
  void whatIndicesAreGivenForStays() {
    String x = draft.input("x", 4, 3);
    String a = draft.op("MatMul", List.of(draft.weight("a", 5, 2, 4), x));
    String picked =
        draft.op(
            "GatherND",
            List.of(a, draft.ints(new int[] {5, 1}, 0, 1, 1, 0, 1)),
            Map.of("batch_dims", 1));
    String y = draft.op("MatMul", List.of(draft.weight("b", 2, 5), picked));

    assertEquals(0, Found.in(draft.output(y, 2, 3).build()).cuttable());
  }

  /** A causal mask leaves the heads alone and holds the tokens. */
  @Test
  void trianglesPassWhatLeadsThem() {
    String mixed = draft.op("MatMul", List.of(draft.weight("a", 3, 4, 4), draft.input("x", 4, 3)));
    String square = draft.op("MatMul", List.of(mixed, draft.weight("w", 3, 4)));
    String lower = draft.op("Trilu", List.of(square), Map.of("upper", 0));
    String y = draft.dense("b", draft.reshape(lower, 1, 48), 48, 2);

    Found found = Found.in(draft.output(y, 1, 2).build()).holds(5);

    found.has(3, "a[0]", "b.weight[0]");
    assertEquals(1, found.cuttable());
  }
}

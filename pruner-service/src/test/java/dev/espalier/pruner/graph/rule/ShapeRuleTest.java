package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shapes that are read at run time, and targets of which a part varies with the batch. */
class ShapeRuleTest {
  private final Draft draft = new Draft(5);

  private String length(String of, int axis) {
    return draft.op(
        "Gather", List.of(draft.op("Shape", List.of(of)), draft.ints(axis)), Map.of("axis", 0));
  }

  private String reshape(String from, String target, int allowZero) {
    return draft.op("Reshape", List.of(from, target), Map.of("allowzero", allowZero));
  }

  @Test
  void theBatchInATargetIsStillRightAfterACut() {
    for (int allowZero : new int[] {0, 1}) {
      ShapeRuleTest test = new ShapeRuleTest();
      Draft draft = test.draft;
      String a = draft.dense("a", draft.input("x", -1, 5, 3), 3, 12);
      String target = draft.concat(0, test.length(a, 0), draft.ints(5, 4, 3));
      String map = draft.transpose(test.reshape(a, target, allowZero), 0, 2, 1, 3);
      String c = draft.op("MatMul", List.of(draft.weight("mix", 4, 6, 5), map));
      String flat = draft.reshape(c, 0, 4 * 6 * 3);
      OnnxModel model = draft.output(draft.dense("b", flat, 72, 2), -1, 2).build();

      Found.in(model).holds(6).has(4, "a.weight[1]", "mix[0]", "b.weight[0]");
    }
  }

  @Test
  void headsBehindTheBatchInOneAxisAreDerivedAfterACut() {
    for (int allowZero : new int[] {0, 1}) {
      ShapeRuleTest test = new ShapeRuleTest();
      Draft draft = test.draft;
      String x = draft.transpose(draft.input("x", -1, 5, 3), 1, 0, 2);
      String a = draft.dense("a", x, 3, 12);
      String batch = test.length(a, 1);
      String batches = draft.op("Mul", List.of(batch, draft.ints(4)));
      String target = draft.concat(0, draft.ints(5), batches, draft.ints(3));
      String all = draft.op("Tanh", List.of(test.reshape(a, target, allowZero)));
      String whole = draft.concat(0, draft.ints(5), batch, draft.ints(12));
      String joined = test.reshape(all, whole, allowZero);
      String y = draft.transpose(draft.dense("b", joined, 12, 2), 1, 0, 2);
      OnnxModel model = draft.output(y, -1, 5, 2).build();

      Found.in(model).holds(6).has(4, "a.weight[1]", "b.weight[0]");
    }
  }

  /** Two lengths of a target cannot both be derived. */
  @Test
  void headsBehindTheBatchStayWhereAnotherLengthIsDerived() {
    String x = draft.transpose(draft.input("x", -1, 5, 3), 1, 0, 2);
    String a = draft.dense("a", x, 3, 12);
    String batches = draft.op("Mul", List.of(length(a, 1), draft.ints(4)));
    String target = draft.concat(0, draft.ints(-1), batches, draft.ints(3));
    String all = draft.op("Tanh", List.of(reshape(a, target, 0)));
    String joined = draft.reshape(all, 5, -1, 12);
    String y = draft.transpose(draft.dense("b", joined, 12, 2), 1, 0, 2);
    OnnxModel model = draft.output(y, -1, 5, 2).build();

    Found.in(model).holds(6).has(3, "a.weight[1]", "b.weight[0]");
  }

  /** Keys are repeated for their queries; the target is computed of the batch and of themselves. */
  @Test
  void targetsOfRepetitionsFollow() {
    String x = draft.input("x", -1, 5, 3);
    String a = draft.reshape(draft.dense("a", x, 3, 12), 0, 5, 4, 3);
    String one = draft.op("Unsqueeze", List.of(a, draft.ints(3)));
    String target =
        draft.concat(0, length(a, 0), length(a, 1), length(a, 2), draft.ints(2), length(a, 3));
    String more = draft.op("Expand", List.of(one, target));
    String flat = draft.reshape(more, 0, 5, 24);
    OnnxModel model = draft.output(draft.dense("b", flat, 24, 2), -1, 5, 2).build();

    Found.in(model).holds(6).has(4, "a.weight[1]", "b.weight[0]");
  }

  @Test
  void aLengthThatVariesAndIsReadIsNotCut() {
    String a = draft.dense("a", draft.input("x", -1, 5, 3), 3, 4);
    String mixed = draft.op("MatMul", List.of(draft.weight("mix", 6, 5), a));
    String merged = draft.reshape(mixed, -1, 4);
    String rows = draft.op("Cast", List.of(length(merged, 0)), Map.of("to", 1));
    String apart = draft.reshape(draft.op("Mul", List.of(merged, rows)), -1, 6, 4);
    String summed = draft.op("MatMul", List.of(draft.weight("sum", 2, 6), apart));
    OnnxModel model = draft.output(draft.dense("b", summed, 4, 2), -1, 2, 2).build();

    Found found = Found.in(model).holds(4);

    assertEquals(List.of(), found.groups("mix", 0));
    found.has(4, "a.weight[1]", "b.weight[0]");
  }

  /** The length that is read stays a number of the network, such as the scale of attention. */
  @Test
  void aLengthThatDoesNotVaryIsANumber() {
    String a = draft.dense("a", draft.input("x", -1, 5, 3), 3, 4);
    String length = draft.op("Cast", List.of(length(a, -1)), Map.of("to", 1));
    String scaled = draft.op("Mul", List.of(a, length));
    OnnxModel model = draft.output(draft.dense("b", scaled, 4, 2), -1, 5, 2).build();

    Found found = Found.in(model).holds(4);

    assertTrue(found.groups("a.weight", 1).size() <= 1);
  }

  /** Zeros of any width can stand beside what is cut: an initial state, a padding. */
  @Test
  void constantsOfAShapeFollow() {
    String x = draft.input("x", 2, 3);
    String a = draft.dense("a", x, 3, 4);
    String zeros = draft.op("ConstantOfShape", List.of(draft.ints(1, 4)));
    String c = draft.op("Add", List.of(draft.concat(0, a, zeros), draft.weight("bias", 4)));
    OnnxModel model = draft.output(draft.dense("b", c, 4, 2), 3, 2).build();

    Found.in(model).holds(4).has(4, "a.weight[1]", "bias[0]", "b.weight[0]");
    Cuts.eachGroup(model, 0);
  }
}

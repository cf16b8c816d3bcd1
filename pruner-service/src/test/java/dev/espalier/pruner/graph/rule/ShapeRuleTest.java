package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.graph.AxisTracer;
import dev.espalier.pruner.graph.Prepared;
import dev.espalier.pruner.runtime.Shapes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shapes that are read at run time, and targets of which a part varies with the batch. */
class ShapeRuleTest {
  private static final long VARYING = Prepared.VARYING;

  private final Draft draft = new Draft(5);

  private static Found found(OnnxModel model, Map<String, long[]> known) {
    Map<String, long[]> ints = new HashMap<>(known);
    for (Tensor tensor : model.initializers().values()) {
      if (tensor.type() == ElementType.INT64) {
        ints.putIfAbsent(tensor.name(), tensor.longs());
      }
    }
    return new Found(
        AxisTracer.trace(new Prepared(model, model, Shapes.of(model), ints), StandardRules.ALL));
  }

  /** What preparation leaves of a target: the elements that vary are computed. */
  private String target(String computed, long... known) {
    boolean[] varies = new boolean[known.length];
    long[] literal = known.clone();
    for (int i = 0; i < known.length; i++) {
      varies[i] = known[i] == VARYING;
      literal[i] = varies[i] ? 1 : known[i];
    }
    return draft.op("Where", List.of(draft.booleans(varies), computed, draft.ints(literal)));
  }

  private String length(String of, int axis) {
    return draft.op(
        "Gather", List.of(draft.op("Shape", List.of(of)), draft.ints(axis)), Map.of("axis", 0));
  }

  @Test
  void theBatchInATargetIsStillComputedAfterACut() {
    String a = draft.dense("a", draft.input("x", -1, 5, 3), 3, 12);
    String computed = draft.concat(0, length(a, 0), draft.ints(5, 4, 3));
    String target = target(computed, VARYING, 5, 4, 3);
    String map = draft.transpose(draft.op("Reshape", List.of(a, target)), 0, 2, 1, 3);
    String c = draft.op("MatMul", List.of(draft.weight("mix", 4, 6, 5), map));
    String flat = draft.reshape(c, 0, 4 * 6 * 3);
    OnnxModel model = draft.output(draft.dense("b", flat, 72, 2), -1, 2).build();

    Found found = found(model, Map.of(target, new long[] {VARYING, 5, 4, 3})).holds(6);

    found.has(4, "a.weight[1]", "mix[0]", "b.weight[0]");
  }

  @Test
  void headsBehindTheBatchInOneAxisAreDerivedAfterACut() {
    String x = draft.transpose(draft.input("x", -1, 5, 3), 1, 0, 2);
    String a = draft.dense("a", x, 3, 12);
    String batches = draft.op("Mul", List.of(length(a, 1), draft.ints(4)));
    String computed = draft.concat(0, draft.ints(5), batches, draft.ints(3));
    String target = target(computed, 5, VARYING, 3);
    String all = draft.op("Tanh", List.of(draft.op("Reshape", List.of(a, target))));
    String whole =
        target(draft.concat(0, draft.ints(5), length(x, 1), draft.ints(12)), 5, VARYING, 12);
    String joined = draft.op("Reshape", List.of(all, whole));
    String y = draft.transpose(draft.dense("b", joined, 12, 2), 1, 0, 2);
    OnnxModel model = draft.output(y, -1, 5, 2).build();

    Found found =
        found(model, Map.of(target, new long[] {5, VARYING, 3}, whole, new long[] {5, VARYING, 12}))
            .holds(6);

    found.has(4, "a.weight[1]", "b.weight[0]");
  }

  /** Two lengths of a target cannot both be derived. */
  @Test
  void headsBehindTheBatchStayWhereAnotherLengthIsDerived() {
    String x = draft.transpose(draft.input("x", -1, 5, 3), 1, 0, 2);
    String a = draft.dense("a", x, 3, 12);
    String batches = draft.op("Mul", List.of(length(a, 1), draft.ints(4)));
    String target = target(draft.concat(0, draft.ints(5), batches, draft.ints(3)), -1, VARYING, 3);
    String all = draft.op("Tanh", List.of(draft.op("Reshape", List.of(a, target))));
    String joined = draft.reshape(all, 5, -1, 12);
    String y = draft.transpose(draft.dense("b", joined, 12, 2), 1, 0, 2);
    OnnxModel model = draft.output(y, -1, 5, 2).build();

    Found found = found(model, Map.of(target, new long[] {-1, VARYING, 3})).holds(6);

    found.has(3, "a.weight[1]", "b.weight[0]");
  }

  @Test
  void aLengthThatIsReadIsNotCut() {
    String a = draft.dense("a", draft.input("x", -1, 3), 3, 4);
    String length = draft.op("Cast", List.of(length(a, 1)), Map.of("to", 1));
    String scaled = draft.op("Mul", List.of(a, length));
    OnnxModel model = draft.output(draft.dense("b", scaled, 4, 2), -1, 2).build();

    assertEquals(List.of(), found(model, Map.of()).groups("a.weight", 1));
  }

  @Test
  void otherLengthsOfTheSameShapeDoNotHoldBack() {
    String a = draft.dense("a", draft.input("x", -1, 5, 3), 3, 4);
    String length = draft.op("Cast", List.of(length(a, -2)), Map.of("to", 1));
    String scaled = draft.op("Mul", List.of(a, length));
    OnnxModel model = draft.output(draft.dense("b", scaled, 4, 2), -1, 5, 2).build();

    found(model, Map.of()).holds(4).has(4, "a.weight[1]", "b.weight[0]");
  }

  /** Zeros of any width can stand beside what is cut: an initial state, a padding. */
  @Test
  void constantsOfAShapeFollow() {
    String x = draft.input("x", 2, 3);
    String a = draft.dense("a", x, 3, 4);
    String zeros = draft.op("ConstantOfShape", List.of(draft.ints(1, 4)));
    String c = draft.op("Add", List.of(draft.concat(0, a, zeros), draft.weight("bias", 4)));
    OnnxModel model = draft.output(draft.dense("b", c, 4, 2), 3, 2).build();

    found(model, Map.of()).holds(4).has(4, "a.weight[1]", "bias[0]", "b.weight[0]");
    Cuts.eachGroup(model, 0);
  }
}

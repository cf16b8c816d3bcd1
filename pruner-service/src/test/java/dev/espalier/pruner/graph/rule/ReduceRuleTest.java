package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.verify.Verification;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reductions, and operators that count places along an axis. */
class ReduceRuleTest {
  private static List<Integer> units(OnnxModel model) {
    return new Pruner().analyze(model).graph().groups().stream().map(Group::units).toList();
  }

  @Test
  void reductionsOverUnits() {
    for (String operator : new ReduceRule().operators()) {
      for (int opset : new int[] {8, 11, 17, 18}) {
        for (int keep = 0; keep < 2; keep++) {
          checkOverUnits(operator, opset, keep);
        }
      }
    }
  }

  /** [2, 3, 8] over the last axis, or over the last two. */
  private static void checkOverUnits(String operator, int opset, int keep) {
    Sketch sketch = new Sketch(opset + keep).opset(opset);
    String h = sketch.dense(sketch.input(2, 3, 5), 5, 8);
    h = operator.equals("ReduceLogSum") ? sketch.node("Exp", h) : h;
    long[] over = keep == 0 ? new long[] {2} : new long[] {1, 2};
    String y = reduce(sketch, operator, opset, Map.of("keepdims", keep), h, over);
    OnnxModel model = sketch.build(keep == 0 ? sketch.dense(y, 3, 2) : y);

    assertEquals(List.of(8), units(model), operator + " " + opset);
    Verification verification = Cuts.random(model, 4);
    assertEquals(!operator.equals("ReduceMean"), verification.exact(), operator);
    Cuts.eachGroup(model, 3);
  }

  private static String reduce(
      Sketch sketch, String operator, int opset, Map<String, Object> how, String x, long... over) {
    if (opset >= 18 || (opset >= 13 && operator.equals("ReduceSum"))) {
      return sketch.node(operator, how, x, sketch.ints(over));
    }
    Map<String, Object> all = new HashMap<>(how);
    all.put("axes", over);
    return sketch.node(operator, all, x);
  }

  @Test
  void reductionsOverOtherAxesPassUnits() {
    for (String operator : new ReduceRule().operators()) {
      Sketch sketch = new Sketch(1);
      String h = sketch.conv(sketch.input(-1, 3, 4, 4), 3, 8, 1, 1);
      h = operator.equals("ReduceLogSum") ? sketch.node("Exp", h) : h;
      h = reduce(sketch, operator, 17, Map.of("keepdims", 0), h, 3, 2);
      OnnxModel model = sketch.build(sketch.dense(h, 8, 2));

      assertEquals(List.of(8), units(model), operator);
      Cuts.exact(model, 1);
    }
  }

  @Test
  void withoutAxesAllAreReducedOrNone() {
    for (int noop = 0; noop < 2; noop++) {
      Sketch sketch = new Sketch(1).opset(18);
      String h = sketch.dense(sketch.input(-1, 5), 5, 8);
      Map<String, Object> how = Map.of("noop_with_empty_axes", noop);
      String y = sketch.node("ReduceSum", how, h);
      OnnxModel model = sketch.build(noop == 0 ? y : sketch.dense(y, 8, 2));

      assertEquals(List.of(8), units(model));
      Cuts.exact(model, 1);
    }
  }

  @Test
  void placesAlongAnAxisHoldItAndPassTheOthers() {
    for (String operator : List.of("ArgMax", "ArgMin", "CumSum", "TopK")) {
      for (int along = 1; along < 3; along++) {
        Sketch sketch = new Sketch(along);
        String h = sketch.dense(sketch.input(2, 6, 5), 5, 6);
        String y = order(sketch, operator, along, h);
        y = sketch.node("Mul", sketch.node("ReduceSum", h, sketch.ints(along)), y);
        OnnxModel model = sketch.build(reduceAll(sketch, y));

        assertEquals(along == 1 ? List.of(6) : List.of(), units(model), operator + along);
        assertTrue(Cuts.random(model, 2).exact());
        Cuts.eachGroup(model, 2);
      }
    }
  }

  private static String order(Sketch sketch, String operator, int along, String h) {
    Map<String, Object> how = Map.of("axis", along);
    return switch (operator) {
      case "CumSum" ->
          sketch.node(
              "CumSum", h, sketch.initializer(Tensor.of("along", new int[0], new long[] {along})));
      case "TopK" -> {
        List<String> made = sketch.nodes("TopK", 2, how, h, sketch.ints(2));
        String places = sketch.node("Cast", Map.of("to", 1), made.get(1));
        yield sketch.node("Add", made.get(0), places);
      }
      default -> sketch.node("Cast", Map.of("to", 1), sketch.node(operator, how, h));
    };
  }

  private static String reduceAll(Sketch sketch, String x) {
    return sketch.node("ReduceSum", Map.of("keepdims", 0), x, sketch.ints(1, 2));
  }

  @Test
  void axesThatAreComputedAreDeclined() {
    Sketch sketch = new Sketch(1);
    String x = sketch.input(2, 5);
    String axes =
        sketch.node("Cast", Map.of("to", 7), sketch.node("ReduceMax", Map.of("keepdims", 0), x));
    axes = sketch.node("Mul", axes, sketch.ints(0));
    OnnxModel model = sketch.build(sketch.node("ReduceSum", sketch.dense(x, 5, 8), axes));

    assertEquals(List.of(), units(model));
    assertFalse(new Pruner().analyze(model).graph().declined().isEmpty());
  }
}

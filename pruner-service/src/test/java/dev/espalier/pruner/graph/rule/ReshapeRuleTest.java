package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReshapeRuleTest {
  private final Draft draft = new Draft(3);

  @Test
  void aLinearLayerThatIsViewedAsAMapLosesWholeChannels() {
    for (long[] target :
        new long[][] {{-1, 4, 2, 3}, {0, -1, 2, 3}, {0, 4, -1, 3}, {-1, 4, 2, 3}}) {
      Draft draft = new Draft(3);
      String h = draft.dense("decoder.0", draft.input("x", -1, 3), 3, 24);
      String map = draft.op("Relu", List.of(draft.reshape(h, target)));
      String kernel = draft.weight("decoder.1.weight", 4, 2, 2, 2);
      String y = draft.op("ConvTranspose", List.of(map, kernel));

      Found found = Found.in(draft.output(y, -1, 2, 3, 4).build()).holds(5);

      found.has(4, "decoder.0.weight[1]", "decoder.1.weight[0]");
      assertArrayEquals(new int[] {6, 7, 8, 9, 10, 11}, found.unit(1, "decoder.0.weight", 1));
    }
  }

  @Test
  void aMapThatIsFlattenedLosesTheColumnsOfItsChannels() {
    for (boolean flatten : new boolean[] {true, false}) {
      Draft draft = new Draft(3);
      String x = draft.input("x", -1, 2, 4, 4);
      String map = draft.op("Conv", List.of(x, draft.weight("conv.weight", 5, 2, 3, 3)));
      String flat = flatten ? draft.op("Flatten", List.of(map)) : draft.reshape(map, 0, 20);
      String y = draft.dense("fc", flat, 20, 2);

      Found found = Found.in(draft.output(y, -1, 2).build()).holds(5);

      found.has(5, "conv.weight[0]", "fc.weight[0]");
      assertArrayEquals(new int[] {8, 9, 10, 11}, found.unit(2, "fc.weight", 0));
    }
  }

  /** Channels (g, k) become (k, g): the same k of all g go, which keeps the shuffle a shuffle. */
  @Test
  void channelShuffle() {
    String a = draft.dense("a", draft.input("x", -1, 3), 3, 12);
    String shuffled = draft.reshape(draft.transpose(draft.reshape(a, 0, 2, 6), 0, 2, 1), 0, 12);
    String y = draft.dense("b", shuffled, 12, 2);

    Found found = Found.in(draft.output(y, -1, 2).build()).holds(5);

    found.has(6, "a.weight[1]", "b.weight[0]");
    assertArrayEquals(new int[] {1, 7}, found.unit(1, "a.weight", 1));
    assertArrayEquals(new int[] {2, 3}, found.unit(1, "b.weight", 0));
  }

  @Test
  void segmentsWithoutCommonFactorsAreFixed() {
    String x = draft.input("x", -1, 6, 3);
    String a = draft.dense("a", x, 3, 4);
    String mixed = draft.reshape(a, 0, 8, 3);
    String y = draft.dense("b", mixed, 3, 5);
    String z = draft.dense("c", y, 5, 2);

    Found found = Found.in(draft.output(z, -1, 8, 2).build()).holds(3);

    assertEquals(List.of(), found.groups("a.weight", 1));
    found.has(5, "b.weight[1]", "c.weight[0]");
  }

  /** The entry's 2 is a factor of the 4, not the input's 2 that stands at the same place. */
  @Test
  void anEntryOfZeroThatCopiesAnotherAxisIsNotCut() {
    String a = draft.dense("a", draft.input("x", -1, 3), 3, 24);
    String apart = draft.reshape(draft.reshape(a, 0, 4, 2, 3), 0, 2, 0, 6);
    String held = draft.op("Add", List.of(apart, draft.input("h", 2, 1, 1)));
    String y = draft.dense("b", draft.reshape(held, 0, 24), 24, 2);

    Found found = Found.in(draft.output(y, -1, 2).build()).holds(8);

    found.has(3, "a.weight[1]", "b.weight[0]");
  }

  @Test
  void aTargetThatIsFedIsDeclined() {
    Draft draft = new Draft(1);
    String a = draft.dense("a", draft.input("x", 1, 3), 3, 4);
    String sum = draft.op("ReduceSum", List.of(a), Map.of("keepdims", 0));
    String zero = draft.op("Mul", List.of(sum, draft.weight("none", 1)));
    String count = draft.op("Cast", List.of(zero), Map.of("to", 7));
    String none = draft.op("Mul", List.of(count, draft.ints(0)));
    String target = draft.op("Add", List.of(none, draft.ints(1, 2, 2)));
    String y = draft.op("Reshape", List.of(a, target));

    Found found = Found.in(draft.output(y, 1, 2, 2).build());

    assertEquals(List.of(), found.groups("a.weight", 1));
    assertTrue(
        found.traced().graph().declined().stream().anyMatch(d -> d.operator().equals("Reshape")));
  }

  @Test
  void squeezingWhateverIsOneStaysWithinItsAxes() {
    for (int opset : new int[] {11, 13}) {
      Draft draft = new Draft(opset);
      String a = draft.dense("a", draft.input("x", 2, 1, 3), 3, 2);
      String flat = draft.op("Squeeze", List.of(a));
      String y = draft.dense("b", flat, 2, 2);
      OnnxModel model = draft.output(y, 2, 2).build(opset);

      Found found = Found.in(model).holds(6);

      found.has(2, "a.weight[1]", "b.weight[0]");
      Cuts.eachGroup(model, 0);
    }
  }

  @Test
  void squeezingWhateverIsOneIsDeclinedWhereTheBatchMayBe() {
    String a = draft.dense("a", draft.input("x", -1, 1, 3), 3, 2);
    String flat = draft.op("Squeeze", List.of(a));
    String y = draft.dense("b", flat, 2, 2);

    Found found = Found.in(draft.output(y, -1, 2).build());

    assertFalse(found.groups("a.weight", 1).stream().anyMatch(group -> group.units() > 1));
  }
}

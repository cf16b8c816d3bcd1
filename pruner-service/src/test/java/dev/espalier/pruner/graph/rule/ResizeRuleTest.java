package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.Units;
import dev.espalier.pruner.graph.Group;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Operators that change the lengths of axes in space: padding, resizing, blocks. */
class ResizeRuleTest {
  private static List<Integer> units(OnnxModel model) {
    return new Pruner().analyze(model).graph().groups().stream().map(Group::units).toList();
  }

  private static String start(Sketch sketch, int channels) {
    return sketch.conv(sketch.input(2, 3, 4, 4), 3, channels, 1, 1);
  }

  private static void check(Sketch sketch, String h, int channels, Integer... units) {
    OnnxModel model = sketch.build(sketch.conv(h, channels, 2, 1, 1));
    assertEquals(List.of(units), units(model));
    for (long seed = 0; seed < 3 && units.length > 0; seed++) {
      Cuts.exact(model, seed);
    }
    Cuts.eachGroup(model, 1);
  }

  @Test
  void paddingInSpacePassesChannels() {
    for (String mode : List.of("constant", "reflect", "edge")) {
      for (int opset : new int[] {8, 11, 18}) {
        Sketch sketch = new Sketch(opset).opset(opset);
        String h = start(sketch, 6);
        long[] pads = {0, 0, 1, 2, 0, 0, 2, 1};
        h =
            opset < 11
                ? sketch.node("Pad", Map.of("mode", mode, "pads", pads, "value", 2f), h)
                : sketch.node("Pad", Map.of("mode", mode), h, sketch.ints(pads), sketch.scalar(2));
        check(sketch, h, 6, 6);
      }
    }
  }

  @Test
  void constantChannelsArePaddedAround() {
    for (int opset : new int[] {17, 18}) {
      Sketch sketch = new Sketch(1).opset(opset);
      String h = start(sketch, 6);
      String pads = opset < 18 ? sketch.ints(0, 2, 0, 0, 0, 3, 0, 0) : sketch.ints(2, 3);
      String padded =
          opset < 18
              ? sketch.node("Pad", h, pads, sketch.scalar(0.5))
              : sketch.node("Pad", h, pads, sketch.scalar(0.5), sketch.ints(1));
      check(sketch, sketch.node("Add", padded, sketch.weight(11, 1, 1)), 11, 6);
    }
  }

  @Test
  void aPaddedShortcutTiesTheChannelsThatAreThere() {
    Sketch sketch = new Sketch(1);
    String h = start(sketch, 6);
    String shortcut = sketch.node("Pad", h, sketch.ints(0, 2, 0, 0, 0, 2, 0, 0));
    String sum = sketch.node("Add", shortcut, sketch.conv(h, 6, 10, 1, 1));
    check(sketch, sum, 10, 6);
  }

  @Test
  void channelsThatAreCopiedOrCroppedAreNeverCut() {
    for (String mode : List.of("constant", "edge")) {
      Sketch sketch = new Sketch(1);
      long by = mode.equals("edge") ? 1 : -1;
      String pads = sketch.ints(0, by, 0, 0, 0, by, 0, 0);
      String h = sketch.node("Pad", Map.of("mode", mode), start(sketch, 6), pads);
      check(sketch, h, (int) (6 + 2 * by));
    }
  }

  @Test
  void resizingInSpacePassesChannels() {
    Sketch old = new Sketch(1).opset(8);
    Map<String, Object> attribute = Map.of("scales", new float[] {1, 1, 2, 2}, "mode", "nearest");
    check(old, old.node("Upsample", attribute, start(old, 6)), 6, 6);
    Sketch nine = new Sketch(1).opset(9);
    check(nine, nine.node("Upsample", start(nine, 6), scales(nine, 1, 2)), 6, 6);
    Sketch ten = new Sketch(1).opset(10);
    check(ten, ten.node("Resize", start(ten, 6), scales(ten, 1, 2)), 6, 6);
    for (String mode : List.of("nearest", "linear")) {
      Sketch sketch = new Sketch(1);
      Map<String, Object> how = Map.of("mode", mode);
      check(
          sketch, sketch.node("Resize", how, start(sketch, 6), "", scales(sketch, 1, 1.5f)), 6, 6);
    }
    Sketch named = new Sketch(1).opset(18);
    Map<String, Object> axes = Map.of("axes", new long[] {2, 3});
    String two = named.floats(new int[] {2}, 2, 2);
    check(named, named.node("Resize", axes, start(named, 6), "", two), 6, 6);
  }

  private static String scales(Sketch sketch, float channels, float space) {
    return sketch.floats(new int[] {4}, 1, channels, space, space);
  }

  @Test
  void sizesAreMended() {
    Sketch sketch = new Sketch(1);
    String sizes = sketch.ints(2, 6, 7, 8);
    String h = sketch.node("Resize", start(sketch, 6), "", "", sizes);
    check(sketch, h, 6, 6);
    Sketch named = new Sketch(1).opset(18);
    Map<String, Object> axes = Map.of("axes", new long[] {3, 1});
    h = named.node("Resize", axes, start(named, 6), "", "", named.ints(5, 6));
    check(named, h, 6, 6);
  }

  @Test
  void resizedChannelsAndComputedScalesAreNeverCut() {
    Sketch stretched = new Sketch(1);
    String h = start(stretched, 6);
    check(stretched, stretched.node("Resize", h, "", scales(stretched, 1.1f, 1)), 6);
    Sketch computed = new Sketch(1);
    h = start(computed, 6);
    String one = computed.node("Exp", computed.node("Mul", h, computed.scalar(0)));
    one = computed.node("ReduceMean", Map.of("axes", new long[] {1, 2, 3}, "keepdims", 0), one);
    String scales = computed.node("Max", one, computed.floats(new int[] {2}, 1, 1));
    OnnxModel model =
        computed.build(computed.node("Resize", h, "", computed.node("Mul", scales, one)));
    assertEquals(List.of(), units(model));
  }

  @Test
  void blocksGoWithTheirChannel() {
    for (String mode : List.of("DCR", "CRD")) {
      Sketch sketch = new Sketch(1);
      String h = start(sketch, 20);
      h = sketch.node("DepthToSpace", Map.of("blocksize", 2, "mode", mode), h);
      OnnxModel model = sketch.build(sketch.conv(h, 5, 2, 1, 1));

      Group group = new Pruner().analyze(model).graph().groups().getFirst();
      String index = mode.equals("DCR") ? "[1, 6, 11, 16]" : "[4, 5, 6, 7]";
      assertEquals(index, Arrays.toString(Units.slices(group, 1).getFirst().index()));
      check(sketch, h, 5, 5);
    }
  }

  @Test
  void spaceBecomesDepthAndDepthSpace() {
    Sketch sketch = new Sketch(1);
    String h = start(sketch, 5);
    h = sketch.node("SpaceToDepth", Map.of("blocksize", 2), h);
    h = sketch.node("Relu", sketch.conv(h, 20, 12, 4, Map.of(), 1, 1));
    h = sketch.node("DepthToSpace", Map.of("blocksize", 2), h);
    check(sketch, h, 3, 5, 3);
  }
}

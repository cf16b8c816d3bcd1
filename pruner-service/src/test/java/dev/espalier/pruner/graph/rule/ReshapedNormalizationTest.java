package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Group;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Group normalisation as exporters write it: Reshape, InstanceNormalization, Reshape, Mul, Add. */
class ReshapedNormalizationTest {
  /** Twelve channels in groups, after a convolution of that many groups. */
  private static OnnxModel network(int groups, int convolution) {
    Sketch sketch = new Sketch(groups);
    String h = sketch.conv(sketch.input(2, 3, 4, 4), 3, 12, convolution, Map.of(), 1, 1);
    String flat = sketch.node("Reshape", h, sketch.ints(0, groups, -1));
    float[] ones = new float[groups];
    Arrays.fill(ones, 1);
    String one = sketch.floats(new int[] {groups}, ones);
    String zero = sketch.floats(new int[] {groups}, new float[groups]);
    flat = sketch.node("InstanceNormalization", flat, one, zero);
    h = sketch.node("Reshape", flat, sketch.ints(2, 12, 4, 4));
    h = sketch.node("Mul", h, sketch.weight(12, 1, 1));
    h = sketch.node("Add", h, sketch.weight(12, 1, 1));
    return sketch.build(sketch.conv(h, 12, 2, 1, 1));
  }

  private static List<Integer> units(OnnxModel model) {
    return new Pruner().analyze(model).graph().groups().stream().map(Group::units).toList();
  }

  @Test
  void wholeGroupsGoExactly() {
    OnnxModel model = network(6, 1);

    assertEquals(List.of(6), units(model));
    Cuts.exact(model, 1);
    Cuts.eachGroup(model, 1);
  }

  @Test
  void theSameChannelsOfGroupsThatAreFixedGoApproximately() {
    OnnxModel model = network(3, 3);

    assertEquals(List.of(4), units(model));
    assertFalse(Cuts.random(model, 1).exact());
    Cuts.eachGroup(model, 1);
  }
}

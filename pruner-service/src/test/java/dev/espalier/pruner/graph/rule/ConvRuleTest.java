package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.Units;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConvRuleTest {
  private static List<Group> groups(OnnxModel model) {
    return new Pruner().analyze(model).graph().groups();
  }

  @Test
  void randomConvolutionsOfAnyRank() {
    int cut = 0;
    for (long seed = 0; seed < 60; seed++) {
      Sketch sketch = new Sketch(seed);
      int rank = 1 + sketch.random.nextInt(3);
      int channels = 1 + sketch.random.nextInt(3);
      String x = sketch.input(shape(channels, rank));
      for (int layer = 1 + sketch.random.nextInt(4); layer >= 0; layer--) {
        int groups = sketch.random.nextBoolean() ? 1 : divisor(channels, sketch);
        int out = groups * (1 + sketch.random.nextInt(1 + 9 / groups));
        x =
            sketch.random.nextInt(3) == 0
                ? transposed(sketch, x, channels, out, groups, rank)
                : any(sketch, x, channels, out, groups, kernel(sketch, rank));
        x = sketch.random.nextBoolean() ? sketch.node("Relu", x) : x;
        channels = out;
      }
      OnnxModel model = sketch.build(x);
      assertTrue(Cuts.random(model, seed).exact());
      cut += groups(model).isEmpty() ? 0 : 1;
      if (seed % 10 == 0) {
        Cuts.eachGroup(model, seed);
      }
    }
    assertTrue(cut > 40, "something to cut in " + cut);
  }

  private static int[] shape(int channels, int rank) {
    int[] shape = new int[rank + 2];
    shape[0] = -1;
    shape[1] = channels;
    for (int axis = 2; axis < shape.length; axis++) {
      shape[axis] = axis;
    }
    return shape;
  }

  private static int divisor(int channels, Sketch sketch) {
    int divisor = 1 + sketch.random.nextInt(channels);
    return channels % divisor == 0 ? divisor : channels;
  }

  private static int[] kernel(Sketch sketch, int rank) {
    return sketch.random.ints(rank, 1, 4).toArray();
  }

  private static String any(Sketch sketch, String x, int in, int out, int groups, int[] kernel) {
    Map<String, Object> how = new HashMap<>();
    if (sketch.random.nextBoolean()) {
      how.put("auto_pad", sketch.random.nextBoolean() ? "SAME_UPPER" : "SAME_LOWER");
      how.put("strides", sketch.random.longs(kernel.length, 1, 3).toArray());
    } else {
      long[] dilations = sketch.random.longs(kernel.length, 1, 3).toArray();
      long[] pads = new long[2 * kernel.length];
      Arrays.setAll(pads, i -> i < kernel.length ? dilations[i] * (kernel[i] - 1) : 0);
      how.put("pads", pads);
      how.put("dilations", dilations);
    }
    return sketch.conv(x, in, out, groups, how, kernel);
  }

  private static String transposed(Sketch sketch, String x, int in, int out, int groups, int rank) {
    int[] dims = new int[rank + 2];
    dims[0] = in;
    dims[1] = out / groups;
    System.arraycopy(kernel(sketch, rank), 0, dims, 2, rank);
    String weight = sketch.weight(0, 0.5, dims);
    Map<String, Object> how = Map.of("group", groups);
    return sketch.random.nextBoolean()
        ? sketch.node("ConvTranspose", how, x, weight)
        : sketch.node("ConvTranspose", how, x, weight, sketch.weight(out));
  }

  @Test
  void aPlainConvolutionTiesItsOutputToTheNextOnesInput() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(-1, 3, 5, 5), 3, 8, 3, 3);
    List<Group> groups = groups(sketch.build(sketch.conv(h, 8, 2, 1, 1)));

    assertEquals(
        List.of("[w1[axis 0: [5]], w2[axis 0: [5]], w4[axis 1: [5]]]"),
        groups.stream().map(group -> Units.slices(group, 5).toString()).toList());
  }

  @Test
  void depthwiseTiesItsInputToItsOutput() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(-1, 3, 5, 5), 3, 8, 3, 3);
    h = sketch.conv(h, 8, 8, 8, Map.of(), 3, 3);
    Traced traced = new Pruner().analyze(sketch.build(sketch.conv(h, 8, 2, 1, 1)));

    Group group = traced.graph().groups().getFirst();
    assertEquals(1, traced.graph().groups().size());
    assertEquals(8, group.units());
    assertEquals(5, group.slices().size());
    Survivors survivors = new Survivors(traced, new int[][] {{1, 2, 6}});
    OnnxModel pruned = Cut.apply(traced, survivors, Map.of());
    assertEquals(5, pruned.nodes().get(1).intAttribute("group", 0));
  }

  @Test
  void aGroupedConvolutionLosesTheSameChannelOfEveryGroupOrWholeGroups() {
    for (int width : new int[] {2, 8}) {
      Sketch sketch = new Sketch(1);
      String h = sketch.conv(sketch.input(-1, 3, 5, 5), 3, 4 * width, 3, 3);
      h = sketch.conv(h, 4 * width, 4 * width, 4, Map.of(), 3, 3);
      OnnxModel model = sketch.build(sketch.conv(h, 4 * width, 2, 1, 1));

      List<Group> groups = groups(model);
      assertEquals(width == 2 ? List.of(4) : List.of(8, 8), units(groups));
      Cuts.eachGroup(model, 3);
    }
  }

  @Test
  void groupsThatTheInputFixesLeaveTheChannelsWithinThem() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(-1, 4, 5, 5), 4, 12, 4, Map.of(), 3, 3);
    OnnxModel model = sketch.build(sketch.conv(h, 12, 2, 1, 1));

    assertEquals(List.of(3), units(groups(model)));
    Cuts.eachGroup(model, 1);
  }

  @Test
  void aKernelThatIsComputedIsTiedLikeAWeight() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(1, 3, 5, 5), 3, 8, 3, 3);
    String kernel = sketch.conv(h, 8, 8, 2, 2);
    OnnxModel model = sketch.build(sketch.node("Conv", h, kernel));

    assertEquals(List.of(8), units(groups(model)));
    Cuts.eachGroup(model, 3);
  }

  @Test
  void macsOfAGroupedConvolution() {
    Sketch sketch = new Sketch(1);
    String h = sketch.conv(sketch.input(-1, 4, 6, 6), 4, 8, 2, Map.of(), 3, 3);
    h = sketch.node("ConvTranspose", Map.of("group", 4), h, sketch.weight(8, 3, 2, 2));

    long conv = 8 * 4 * 4 * 2 * 9;
    long transposed = 8 * 4 * 4 * 3 * 4;
    assertEquals(conv + transposed, new Pruner().analyze(sketch.build(h)).graph().macs());
  }

  private static List<Integer> units(List<Group> groups) {
    return groups.stream().map(Group::units).toList();
  }
}

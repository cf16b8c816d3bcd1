package dev.espalier.trainer.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.Slice;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.summary.Membership;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunGroupsTest {
  private static final int CHANNELS = 3;

  /** The channels of a convolution, as the pruner names them, running statistics included. */
  @Test
  void runningStatisticsBelongToTheGroupButAreNotWeighed() {
    OnnxModel model = model();
    try (Learner learner = new Learner(model, AdamSettings.of(1e-3))) {
      RunTensors tensors = new RunTensors("run", learner.shapes(), learner.untrained(), 1);

      Membership membership =
          RunGroups.membership(graph("bn.mean", "bn.variance"), model.digest(), tensors);

      assertArrayEquals(new long[] {CHANNELS * 2 + 2 * CHANNELS}, membership.parameters());
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> RunGroups.membership(graph("bn.nothing"), model.digest(), tensors));
      assertEquals(
          "group \"conv\", initialiser \"bn.nothing\": the model has no such parameter",
          e.getMessage());
    }
  }

  private static DependencyGraph graph(String... more) {
    Group.Builder group = Group.newBuilder().setId("conv").setUnits(CHANNELS);
    for (String name : List.of("conv.weight", "bn.scale", "bn.shift")) {
      group.addSlices(slice(name));
    }
    Arrays.stream(more).forEach(name -> group.addSlices(slice(name)));
    return DependencyGraph.newBuilder().setModelDigest(model().digest()).addGroups(group).build();
  }

  private static Slice slice(String initializer) {
    return Slice.newBuilder().setInitializer(initializer).addAllIndex(List.of(0, 1, 2)).build();
  }

  private static OnnxModel model() {
    return new OnnxBuilder("net")
        .input("x", -1, 2, 4, 4)
        .initializer("conv.weight", new int[] {CHANNELS, 2, 1, 1}, new float[2 * CHANNELS])
        .initializer("bn.scale", new int[] {CHANNELS}, new float[CHANNELS])
        .initializer("bn.shift", new int[] {CHANNELS}, new float[CHANNELS])
        .initializer("bn.mean", new int[] {CHANNELS}, new float[CHANNELS])
        .initializer("bn.variance", new int[] {CHANNELS}, new float[CHANNELS])
        .node("Conv", "/conv", List.of("x", "conv.weight"), "h")
        .node(
            "BatchNormalization",
            "/bn",
            List.of("h", "bn.scale", "bn.shift", "bn.mean", "bn.variance"),
            "y",
            Map.of())
        .output("y", -1, CHANNELS, 4, 4)
        .build();
  }
}

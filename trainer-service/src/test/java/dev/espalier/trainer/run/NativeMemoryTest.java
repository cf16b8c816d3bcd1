package dev.espalier.trainer.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.GroupSlices;
import dev.espalier.trainer.summary.GroupSlices.Slice;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.UnitMembership;
import dev.espalier.trainer.summary.UnitSums;
import dev.espalier.trainer.task.Objective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the engine allocates is freed step by step: the process does not grow. */
class NativeMemoryTest {
  private static final int WARM_UP = 3000;
  private static final int STEPS = 20_000;

  private static final int QUARTERS = 4;

  /**
   * Of each quarter of the steps. An array that is never freed takes more than 100 bytes of native
   * memory, so one a step would take 500 KB in every quarter. The heap and the compiled code grow,
   * too, but in some quarters only.
   */
  private static final long MOST_GROWTH = 300 << 10;

  private static final int WIDTH = 24;

  @Test
  @Timeout(120)
  @EnabledOnOs(OS.LINUX)
  void twentyThousandStepsDoNotGrowTheProcess() throws IOException {
    try (Learner learner = new Learner(model(), AdamSettings.of(1e-3));
        Regression objective = new Regression(learner.network().manager())) {
      int[] all = IntStream.range(0, WIDTH).toArray();
      GroupSlices group =
          new GroupSlices(
              "a", WIDTH, List.of(new Slice("a.weight", 0, all), new Slice("b.weight", 1, all)));
      Membership membership = new Membership(learner.shapes(), List.of(group));
      L1Penalty penalty = L1Penalty.of(new Coefficients(0, Map.of("a", 1.0), 1e-6), membership);
      CellSums sums = new CellSums(membership.cells());
      Optional<UnitSums> units = Optional.of(new UnitSums(new UnitMembership(membership)));
      double first = train(learner, objective, membership, penalty, sums, units, WARM_UP);
      long least = Long.MAX_VALUE;
      double last = first;
      for (int quarter = 0; quarter < QUARTERS; quarter++) {
        long before = residentBytes();
        last = train(learner, objective, membership, penalty, sums, units, STEPS / QUARTERS);
        least = Math.min(least, residentBytes() - before);
      }

      assertTrue(least < MOST_GROWTH, "grew by " + least + " bytes and more each quarter");
      assertTrue(last < first, "it has learned: " + first + " to " + last);
    }
  }

  private static double train(
      Learner learner,
      Objective objective,
      Membership membership,
      L1Penalty penalty,
      CellSums sums,
      Optional<UnitSums> units,
      int steps) {
    double loss = 0;
    for (int step = 0; step < steps; step++) {
      loss = learner.step(objective, step, step, membership, penalty, sums, units).loss();
      units.orElseThrow().statistics();
    }
    return loss;
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IllegalStateException("no VmRSS in /proc/self/status");
  }

  private static OnnxModel model() {
    float[] weight = new float[WIDTH * WIDTH];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) Math.sin(i) / WIDTH;
    }
    return new OnnxBuilder("net")
        .input("x", -1, WIDTH)
        .initializer("a.weight", new int[] {WIDTH, WIDTH}, weight)
        .initializer("a.bias", new int[] {WIDTH}, new float[WIDTH])
        .initializer("b.weight", new int[] {WIDTH, WIDTH}, weight)
        .initializer("b.bias", new int[] {WIDTH}, new float[WIDTH])
        .node("Gemm", "/a", List.of("x", "a.weight", "a.bias"), "h", Map.of("transB", 1L))
        .node("Relu", "/r", List.of("h"), "r")
        .node("Gemm", "/b", List.of("r", "b.weight", "b.bias"), "y", Map.of("transB", 1L))
        .output("y", -1, WIDTH)
        .build();
  }

  /** Learns to give back fixed inputs, which are loaded anew in each step. */
  private static final class Regression implements Objective {
    private static final int BATCH = 32;

    private final NDManager manager;
    private final float[] inputs = new float[BATCH * WIDTH];

    Regression(NDManager manager) {
      this.manager = manager;
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = (float) Math.cos(3 * i);
      }
    }

    @Override
    public int batchesPerEpoch() {
      return Integer.MAX_VALUE;
    }

    @Override
    public void startEpoch(OnnxNetwork network, int epoch) {
      Torch.recordGradients(false);
    }

    @Override
    public NDArray loss(OnnxNetwork network, int batch) {
      NDArray x = manager.create(inputs, new Shape(BATCH, WIDTH));
      return network.forward(x).sub(x).square().mean();
    }

    @Override
    public double validate(OnnxNetwork network) {
      return 0;
    }

    @Override
    public String dataDigest() {
      return "";
    }
  }
}

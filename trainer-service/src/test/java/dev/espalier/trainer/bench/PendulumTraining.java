package dev.espalier.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.optimise.Adam;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.optimise.FusedStep;
import dev.espalier.trainer.optimise.TensorBuffers;
import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.TensorShape;
import dev.espalier.trainer.task.Objective;
import dev.espalier.trainer.tdmpc.PendulumJudge;
import dev.espalier.trainer.tdmpc.PendulumTdMpc;
import dev.espalier.trainer.tdmpc.TdMpcGraph;
import dev.espalier.trainer.tdmpc.TdMpcSettings;
import dev.espalier.trainer.tdmpc.TdMpcSizes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trains the pendulum's agent as a run does and prints its curve: episode, environment steps,
 * return of the episode with exploration, mean return over 10 fixed starts without, seconds so far.
 * At the end it plays all 100 fixed starts. Arguments: seed (default 1), episodes (default 20),
 * episodes between two validations (default 5), and a file for the trained model (default none).
 */
public final class PendulumTraining {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private PendulumTraining() {}

  public static void main(String[] arguments) throws IOException {
    long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
    int episodes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
    int every = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
    TdMpcSettings settings = TdMpcSettings.defaults();
    try (NDManager manager = Torch.newManager();
        PendulumTdMpc agent = new PendulumTdMpc(settings, seed);
        OnnxNetwork network =
            new OnnxNetwork(TdMpcGraph.fresh(TdMpcSizes.defaults(), seed), manager)) {
      train(network, agent, episodes, every);
      OnnxModel model = network.toModel();
      if (arguments.length > 3) {
        model.write(Path.of(arguments[3]));
      }
      PendulumJudge.Judgement judgement = new PendulumJudge(settings).judge(model, 100);
      double[] sorted = judgement.returns().stream().mapToDouble(r -> r).sorted().toArray();
      System.out.printf(
          "seed %d: mean return %.1f over 100 starts, worst %.1f, median %.1f, best %.1f; %.2f ms a"
              + " plan, %d parameters%n",
          seed,
          judgement.meanReturn(),
          sorted[0],
          sorted[50],
          sorted[99],
          judgement.planningMillis(),
          judgement.parameters());
    }
  }

  private static void train(OnnxNetwork network, PendulumTdMpc agent, int episodes, int every) {
    OnnxSteps steps = new OnnxSteps(network, PendulumTdMpc.LEARNING_RATE);
    long begin = System.nanoTime();
    long cpuBegin = THREADS.getCurrentThreadCpuTime();
    System.out.println("episode   steps   return  validation     loss  seconds  processor");
    for (int episode = 0; episode < episodes; episode++) {
      agent.startEpoch(network, episode);
      double sum = 0;
      for (int batch = 0; batch < agent.batchesPerEpoch(); batch++) {
        sum += steps.step(agent, batch);
      }
      Torch.recordGradients(false);
      network.training(false);
      boolean validates = (episode + 1) % every == 0;
      System.out.printf(
          "%7d %7d %8.1f  %10s %8.4f  %7.1f  %9.1f%n",
          episode + 1,
          (episode + 1) * agent.batchesPerEpoch(),
          agent.episodeReturn(),
          validates ? "%.1f".formatted(-agent.validate(network)) : "",
          sum / agent.batchesPerEpoch(),
          (System.nanoTime() - begin) / 1e9,
          (THREADS.getCurrentThreadCpuTime() - cpuBegin) / 1e9);
    }
  }

  /** Steps of a network as a run makes them, without groups. */
  static final class OnnxSteps {
    private final OnnxNetwork network;
    private final Membership membership;
    private final CellSums sums;
    private final L1Penalty penalty;
    private final FusedStep step;

    OnnxSteps(OnnxNetwork network, double learningRate) {
      this.network = network;
      List<TensorShape> shapes =
          network.parameterArrays().entrySet().stream()
              .map(
                  e ->
                      new TensorShape(
                          e.getKey(),
                          Arrays.stream(e.getValue().getShape().getShape())
                              .mapToInt(Math::toIntExact)
                              .toArray()))
              .toList();
      membership = new Membership(shapes, List.of());
      sums = new CellSums(membership.cells());
      penalty = L1Penalty.none(membership);
      int[] sizes = shapes.stream().mapToInt(TensorShape::size).toArray();
      step = new FusedStep(new Adam(AdamSettings.of(learningRate), sizes));
    }

    /** Learns from one batch; gives its loss. */
    double step(Objective objective, int batch) {
      network.training(true);
      Torch.recordGradients(true);
      double value;
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray loss = objective.loss(network, batch);
        Torch.backward(loss);
        step.apply(buffers(), membership, penalty, sums);
        value = loss.getFloat();
      }
      objective.stepped(network);
      return value;
    }

    private List<TensorBuffers> buffers() {
      List<TensorBuffers> buffers = new ArrayList<>();
      for (NDArray value : network.parameterArrays().values()) {
        buffers.add(new TensorBuffers(floats(value), floats(value.getGradient())));
      }
      return buffers;
    }

    private static FloatBuffer floats(NDArray array) {
      return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
  }
}

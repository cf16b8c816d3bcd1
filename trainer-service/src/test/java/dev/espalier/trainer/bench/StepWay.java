package dev.espalier.trainer.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.optimise.Adam;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.run.Learner;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.UnitMembership;
import dev.espalier.trainer.summary.UnitSums;
import dev.espalier.trainer.task.Objective;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A way to make a training step. */
interface StepWay extends AutoCloseable {
  String name();

  /**
   * @param number steps before this one
   */
  void step(int number);

  @Override
  void close();

  /** The two plain ways first. */
  static List<StepWay> all(Workload work) {
    return List.of(
        new Djl(work),
        new OwnAdam(work),
        new Fused("summaries", work, 0, false),
        new Fused("summaries and penalty", work, 1e-6, false),
        new Fused(
            "the same and units, every "
                + (work.unitsEvery() == 1 ? "step" : work.unitsEvery() + "th"),
            work,
            1e-6,
            true));
  }

  /** Plain DJL: its gradient collector, its trainer, its Adam. */
  final class Djl implements StepWay {
    private final NDManager manager = Torch.newManager();
    private final OnnxNetwork network;
    private final Model model = Model.newInstance("plain", "PyTorch");
    private final Trainer trainer;
    private final Objective objective;

    Djl(Workload work) {
      network = new OnnxNetwork(work.model(), manager);
      objective = new MeanSquare(manager, work.input());
      model.setBlock(network);
      trainer =
          model.newTrainer(
              new DefaultTrainingConfig(ai.djl.training.loss.Loss.l2Loss())
                  .optOptimizer(
                      Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build()));
      trainer.initialize(new Shape(Arrays.stream(work.input()).asLongStream().toArray()));
    }

    @Override
    public String name() {
      return "plain DJL, its Adam";
    }

    @Override
    public void step(int number) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDArray loss = objective.loss(network, number);
          collector.backward(loss);
          loss.getFloat();
        }
      }
      trainer.step();
    }

    @Override
    public void close() {
      trainer.close();
      model.close();
      manager.close();
    }
  }

  /** The engine's gradients and Adam in plain Java, nothing else. */
  final class OwnAdam implements StepWay {
    private static final int BLOCK = 2048;

    private final NDManager manager = Torch.newManager();
    private final OnnxNetwork network;
    private final Objective objective;
    private final Adam adam;
    private final float[] gradient = new float[BLOCK];
    private final float[] value = new float[BLOCK];
    private final float[] zeros = new float[BLOCK];

    OwnAdam(Workload work) {
      network = new OnnxNetwork(work.model(), manager);
      objective = new MeanSquare(manager, work.input());
      adam =
          new Adam(
              AdamSettings.of(1e-3),
              network.parameterArrays().values().stream().mapToInt(p -> (int) p.size()).toArray());
    }

    @Override
    public String name() {
      return "plain, own Adam";
    }

    @Override
    public void step(int number) {
      Torch.recordGradients(true);
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray loss = objective.loss(network, number);
        Torch.backward(loss);
        adam.begin();
        int tensor = 0;
        for (NDArray parameter : network.parameterArrays().values()) {
          update(tensor++, floats(parameter), floats(parameter.getGradient()));
        }
        loss.getFloat();
      }
      Torch.recordGradients(false);
    }

    private void update(int tensor, FloatBuffer theta, FloatBuffer gradients) {
      for (int start = 0; start < theta.capacity(); start += BLOCK) {
        int count = Math.min(BLOCK, theta.capacity() - start);
        gradients.get(start, gradient, 0, count);
        theta.get(start, value, 0, count);
        adam.update(tensor, start, gradient, value, count);
        theta.put(start, value, 0, count);
        gradients.put(start, zeros, 0, count);
      }
    }

    private static FloatBuffer floats(NDArray array) {
      return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  /** The trainer's own step. */
  final class Fused implements StepWay {
    private final String name;
    private final Learner learner;
    private final NDManager inputs;
    private final Objective objective;
    private final Membership membership;
    private final CellSums sums;
    private final L1Penalty penalty;
    private final Optional<UnitSums> units;
    private final int every;

    Fused(String name, Workload work, double strength, boolean withUnits) {
      this.name = name;
      every = work.unitsEvery();
      learner = new Learner(work.model(), AdamSettings.of(1e-3));
      inputs = Torch.newManager();
      objective = new MeanSquare(inputs, work.input());
      membership = new Membership(learner.shapes(), learner.untrained(), work.groups());
      sums = new CellSums(membership.cells());
      Map<String, Double> lambda = new HashMap<>();
      membership.groups().forEach(group -> lambda.put(group.id(), 0.5));
      penalty = L1Penalty.of(new Coefficients(0, lambda, strength), membership);
      units =
          withUnits ? Optional.of(new UnitSums(new UnitMembership(membership))) : Optional.empty();
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void step(int number) {
      Optional<UnitSums> due = number % every == 0 ? units : Optional.empty();
      learner.step(objective, number, 1, membership, penalty, sums, due);
      due.ifPresent(UnitSums::statistics);
    }

    @Override
    public void close() {
      learner.close();
      inputs.close();
    }
  }
}

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
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.data.Dataset;
import dev.espalier.trainer.data.Images;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.optimise.Adam;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.run.Learner;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.GroupSlices;
import dev.espalier.trainer.summary.GroupSlices.Slice;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.trainer.task.Loss;
import dev.espalier.trainer.task.Objective;
import dev.espalier.trainer.task.Supervised;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A way to make a training step. */
interface StepWay extends AutoCloseable {
  String name();

  /**
   * @param batch of an epoch of the ways' data
   */
  void step(int batch);

  @Override
  void close();

  /** The two plain ways first. */
  static List<StepWay> all(Images images, int batch) {
    return List.of(
        new Djl(images, batch),
        new OwnAdam(images, batch),
        new Fused("summaries", images, batch, 0),
        new Fused("summaries and penalty", images, batch, 1e-6));
  }

  /** Plain DJL: its gradient collector, its trainer, its Adam. */
  final class Djl implements StepWay {
    private final NDManager manager = Torch.newManager();
    private final OnnxNetwork network = new OnnxNetwork(network(), manager);
    private final Model model = Model.newInstance("plain", "PyTorch");
    private final Trainer trainer;
    private final Objective objective;

    Djl(Images images, int batch) {
      objective = objective(images, batch);
      model.setBlock(network);
      trainer =
          model.newTrainer(
              new DefaultTrainingConfig(ai.djl.training.loss.Loss.l2Loss())
                  .optOptimizer(
                      Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build()));
      trainer.initialize(new Shape(batch, Autoencoder.PIXELS));
    }

    @Override
    public String name() {
      return "plain DJL, its Adam";
    }

    @Override
    public void step(int batch) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDArray loss = objective.loss(network, batch);
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
    private final OnnxNetwork network = new OnnxNetwork(network(), manager);
    private final Objective objective;
    private final Adam adam;
    private final float[] gradient = new float[BLOCK];
    private final float[] value = new float[BLOCK];
    private final float[] zeros = new float[BLOCK];

    OwnAdam(Images images, int batch) {
      objective = objective(images, batch);
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
    public void step(int batch) {
      Torch.recordGradients(true);
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray loss = objective.loss(network, batch);
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

  /** The trainer's own step, with the groups that the autoencoder has. */
  final class Fused implements StepWay {
    private final String name;
    private final Objective objective;
    private final Learner learner;
    private final Membership membership;
    private final CellSums sums;
    private final L1Penalty penalty;

    Fused(String name, Images images, int batch, double strength) {
      this.name = name;
      objective = objective(images, batch);
      learner = new Learner(network(), AdamSettings.of(1e-3));
      membership = new Membership(learner.shapes(), groups());
      sums = new CellSums(membership.cells());
      Map<String, Double> lambda = new HashMap<>();
      membership.groups().forEach(group -> lambda.put(group.id(), 0.5));
      penalty = L1Penalty.of(new Coefficients(0, lambda, strength), membership);
    }

    private static List<GroupSlices> groups() {
      String[] layers = {
        "encoder.0", "encoder.2", "encoder.4", "decoder.0", "decoder.2", "decoder.4"
      };
      int[] units = {512, 256, 64, 256, 512};
      List<GroupSlices> groups = new ArrayList<>();
      for (int g = 0; g < units.length; g++) {
        int[] all = IntStream.range(0, units[g]).toArray();
        groups.add(
            new GroupSlices(
                layers[g],
                List.of(
                    new Slice(layers[g] + ".weight", 0, all),
                    new Slice(layers[g] + ".bias", 0, all),
                    new Slice(layers[g + 1] + ".weight", 1, all))));
      }
      return groups;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void step(int batch) {
      learner.step(objective, batch, 1, membership, penalty, sums, Optional.empty());
    }

    @Override
    public void close() {
      learner.close();
    }
  }

  private static OnnxModel network() {
    return new Autoencoder(64).freshModel(1);
  }

  private static Objective objective(Images images, int batch) {
    Supervised objective = new Supervised(network(), Dataset.split(images), Loss.MSE, batch, 1);
    objective.startEpoch(null, 0);
    return objective;
  }
}

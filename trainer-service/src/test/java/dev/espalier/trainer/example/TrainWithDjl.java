package dev.espalier.trainer.example;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.espalier.trainer.data.DrawnDigits;
import dev.espalier.trainer.data.Images;
import dev.espalier.trainer.listener.EspalierListener;
import dev.espalier.trainer.network.Torch;
import java.nio.FloatBuffer;

/**
 * A training of DJL's own, followed by Espalier: an autoencoder of drawn digits. Arguments: the
 * run's id, where the broker is, where the importance service is.
 */
public final class TrainWithDjl {
  private static final int EPOCHS = 5;
  private static final int BATCH = 64;
  private static final int BATCHES = 30;
  private static final int PIXELS = 28 * 28;

  private TrainWithDjl() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 3) {
      throw new IllegalArgumentException(
          "name the run's id, the broker and the importance service");
    }
    try (NDManager manager = Torch.newManager();
        Model model = Model.newInstance("digits", "PyTorch")) {
      model.setBlock(network());
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build())
              .addTrainingListeners(TrainingListener.Defaults.logging());

      EspalierListener espalier =
          EspalierListener.of(arguments[0], EPOCHS, BATCHES)
              .kafka(arguments[1])
              .importance(arguments[2])
              .start();
      config.addTrainingListeners(espalier);

      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(BATCH, PIXELS));
        EasyTrain.fit(trainer, EPOCHS, digits(manager, 1), digits(manager, 2));
      }
      System.out.println("run " + arguments[0] + ": " + espalier.dropped() + " summaries dropped");
    }
  }

  private static Block network() {
    SequentialBlock block = new SequentialBlock();
    for (int units : new int[] {256, 32, 256}) {
      block.add(Linear.builder().setUnits(units).build()).add(Activation.reluBlock());
    }
    return block.add(Linear.builder().setUnits(PIXELS).build());
  }

  private static ArrayDataset digits(NDManager manager, long seed) {
    Images images = DrawnDigits.draw(BATCH * BATCHES, seed);
    FloatBuffer pixels = FloatBuffer.allocate(images.count() * PIXELS);
    for (int i = 0; i < images.count(); i++) {
      images.copy(i, pixels);
    }
    NDArray data = manager.create(pixels.array(), new Shape(images.count(), PIXELS));
    return new ArrayDataset.Builder()
        .setData(data)
        .optLabels(data)
        .setSampling(BATCH, true)
        .build();
  }
}

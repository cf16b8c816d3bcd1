package dev.espalier.experiment.sanity;

import dev.espalier.experiment.Bench;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.Target;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.Milestone;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The request of a run with a plant in it: an autoencoder with a latent size of 64.
 *
 * @param plant what is wrong
 * @param quick whether little is trained
 * @param seed of weights and data
 */
record PlantedRun(Plant plant, boolean quick, long seed) {
  /** Share of the parameters that a cut removes where no collapse is planted. */
  static final double MODERATE = 0.3;

  /** The same where one is. */
  static final double NEARLY_ALL = 0.95;

  private static final float DEEP = -1000;

  int epochs() {
    return quick ? 4 : 10;
  }

  /** Share of the parameters that is cut. */
  double share() {
    return plant == Plant.RUINED ? NEARLY_ALL : MODERATE;
  }

  /** Whether the run is cut on its way; where scores are planted, a cut would meddle with them. */
  boolean cutOnTheWay() {
    return plant == Plant.HEALTHY || plant == Plant.RUINED;
  }

  /** The request; keeps a model that it needs. */
  StartRunRequest request(Bench bench) throws IOException {
    StartRunRequest.Builder request = base().setEpochs(epochs());
    switch (plant) {
      case HEALTHY, RUINED -> request.addMilestones(milestone());
      case DEAD -> given(request, bench.keep("dead", dead(seed)));
      case STUCK -> request.setLearningRate(1e-9);
      case RESTLESS ->
          request
              .setLearningRate(0.2)
              .setBatchSize(256)
              .setImportance(ImportanceSettings.newBuilder().setEmaFactor(0));
    }
    return request.build();
  }

  /** One epoch more with a model, to learn its loss. */
  StartRunRequest after(String model) {
    return given(base().setEpochs(1), model).build();
  }

  /** A given model brings its latent size. */
  private static StartRunRequest.Builder given(StartRunRequest.Builder request, String model) {
    request.getAutoencoderBuilder().clearLatent();
    return request.setModel(model);
  }

  private StartRunRequest.Builder base() {
    return StartRunRequest.newBuilder()
        .setTask(Autoencoder.NAME)
        .setSeed(seed)
        .setAutoencoder(
            AutoencoderSettings.newBuilder().setLatent(64).setDrawnDigits(quick ? 600 : 6000));
  }

  private Milestone milestone() {
    return Milestone.newBuilder()
        .setAfterEpochs(epochs() / 2)
        .setTarget(Target.newBuilder().setParametersShare(share()))
        .setChannelScore(ChannelScore.CHANNEL_SCORE_TAYLOR)
        .build();
  }

  /** A fresh autoencoder whose last hidden layer never wakes. */
  static OnnxModel dead(long seed) {
    OnnxModel fresh = new Autoencoder(64).freshModel(seed);
    Tensor bias = fresh.initializers().get("decoder.2.bias");
    float[] values = new float[(int) bias.size()];
    Arrays.fill(values, DEEP);
    return fresh.withInitializers(List.of(Tensor.of(bias.name(), bias.dims(), values)));
  }
}

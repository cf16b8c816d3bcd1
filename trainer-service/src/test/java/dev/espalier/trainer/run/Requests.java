package dev.espalier.trainer.run;

import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.StartRunRequest;

/** Settings of small runs. */
final class Requests {
  private Requests() {}

  /** 640 drawn digits: 576 to train on in 9 batches of 64, 64 to measure on; latent 9. */
  static RunSettings autoencoder(String runId, int epochs, long seed) {
    return settings(request(runId, epochs, seed));
  }

  static StartRunRequest.Builder request(String runId, int epochs, long seed) {
    return StartRunRequest.newBuilder()
        .setTask("autoencoder")
        .setRunId(runId)
        .setEpochs(epochs)
        .setBatchSize(64)
        .setLearningRate(1e-3)
        .setSeed(seed)
        .setUnitSummaryEvery(0)
        .setImportance(ImportanceSettings.newBuilder().setEmaFactor(0.9))
        .setAutoencoder(AutoencoderSettings.newBuilder().setLatent(9).setDrawnDigits(640));
  }

  static RunSettings settings(StartRunRequest.Builder request) {
    return new RunSettings(request.build());
  }
}

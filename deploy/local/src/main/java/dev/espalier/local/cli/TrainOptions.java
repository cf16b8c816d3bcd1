package dev.espalier.local.cli;

import dev.espalier.training.v1.Combination;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.PenaltyMode;
import dev.espalier.training.v1.StartRunRequest;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What a training run takes. */
final class TrainOptions {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Folder with images in the MNIST IDX format, or .npz file of arrays x and y for a model of"
              + " yours; without it, digits are drawn.")
  private Path data;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Epochs (default: 5; for the pendulum 30 episodes).")
  private Integer epochs;

  @Option(
      names = "--latent",
      paramLabel = "D",
      description = "Size of the autoencoder's latent layer (default: 64).")
  private Integer latent;

  @Option(names = "--batch", paramLabel = "B", description = "Batch size (default: 128).")
  private Integer batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "LR",
      description = "Adam's step size (default: 0.001).")
  private Double learningRate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of all that is random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--drawn-digits",
      paramLabel = "N",
      description = "How many digits to draw where no data is given (default: 6000).")
  private Integer drawnDigits;

  @Option(
      names = "--penalty",
      paramLabel = "RHO",
      description =
          "Strength of the penalty relative to the gradient (default: 0.02); 0 switches it off.")
  private Double penalty;

  @Option(
      names = "--combination",
      paramLabel = "HOW",
      description =
          "How the metrics become one score: shares, ranks, gradient_accumulation,"
              + " fisher_information or bayesian_uncertainty (default: shares).")
  private CombinationOption combination = CombinationOption.SHARES;

  @Option(
      names = "--units-every",
      paramLabel = "K",
      description = "Batches from one summary unit by unit to the next (default: 16); 0 for none.")
  private Integer unitsEvery;

  /** The contract's combinations by the names that a person types. */
  enum CombinationOption {
    SHARES,
    RANKS,
    GRADIENT_ACCUMULATION,
    FISHER_INFORMATION,
    BAYESIAN_UNCERTAINTY
  }

  StartRunRequest.Builder request(String task) {
    return request(task, epochs, "");
  }

  /** The same run from a given model, for a number of epochs of its own. */
  StartRunRequest.Builder request(String task, Integer ownEpochs, String model) {
    StartRunRequest.Builder request =
        StartRunRequest.newBuilder()
            .setTask(task)
            .setModel(model)
            .setData(data == null ? "" : data.toAbsolutePath().normalize().toString())
            .setSeed(seed)
            .setImportance(importance());
    if (ownEpochs != null) {
      request.setEpochs(ownEpochs);
    }
    if (batch != null) {
      request.setBatchSize(batch);
    }
    if (learningRate != null) {
      request.setLearningRate(learningRate);
    }
    if (unitsEvery != null) {
      request.setUnitSummaryEvery(unitsEvery);
    }
    if (latent != null && model.isEmpty()) {
      request.getAutoencoderBuilder().setLatent(latent);
    }
    if (drawnDigits != null) {
      request.getAutoencoderBuilder().setDrawnDigits(drawnDigits);
    }
    return request;
  }

  private ImportanceSettings importance() {
    ImportanceSettings.Builder settings =
        ImportanceSettings.newBuilder()
            .setCombination(Combination.valueOf("COMBINATION_" + combination.name()));
    if (penalty != null && penalty == 0) {
      settings.setPenaltyMode(PenaltyMode.PENALTY_MODE_OFF);
    } else if (penalty != null) {
      settings.setPenaltyMode(PenaltyMode.PENALTY_MODE_RELATIVE).setPenaltyStrength(penalty);
    }
    return settings.build();
  }
}

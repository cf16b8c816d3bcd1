package dev.espalier.trainer.run;

import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.data.Dataset;
import dev.espalier.trainer.data.DrawnDigits;
import dev.espalier.trainer.data.IdxFolder;
import dev.espalier.trainer.data.IdxHeader;
import dev.espalier.trainer.data.NpzFile;
import dev.espalier.trainer.network.InferenceForm;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.trainer.task.Loss;
import dev.espalier.trainer.task.Objective;
import dev.espalier.trainer.task.Supervised;
import dev.espalier.trainer.tdmpc.PendulumTdMpc;
import dev.espalier.trainer.tdmpc.TdMpcGraph;
import dev.espalier.trainer.tdmpc.TdMpcSettings;
import dev.espalier.trainer.tdmpc.TdMpcSizes;
import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.SupervisedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run starts from, or goes on from.
 *
 * @param objective what is made small
 * @param model the model, fit for it
 */
public record RunInputs(Objective objective, OnnxModel model) {
  private static final long MOST_MODEL_BYTES = 256L << 20;
  private static final int MODEL_SHARE = 8;
  private static final long MIB = 1 << 20;

  /**
   * Reads, draws and builds all that the settings ask for.
   *
   * @param checkpoint the model to go on with in the place of the one that the settings name
   * @throws InvalidInput where the data or the model cannot be used; names it
   * @throws IOException where the disk fails
   */
  public static RunInputs load(
      RunSettings settings, ModelStore store, Optional<OnnxModel> checkpoint) throws IOException {
    long heap = Runtime.getRuntime().maxMemory();
    OnnxModel model =
        checkpoint.isPresent() ? checkpoint.get() : initialModel(settings, store, heap);
    return new RunInputs(
        switch (settings.task()) {
          case Autoencoder.NAME -> {
            Dataset data =
                settings.data().isEmpty()
                    ? Dataset.split(
                        DrawnDigits.draw(
                            settings.request().getAutoencoder().getDrawnDigits(), settings.seed()))
                    : IdxFolder.read(settings.data(), heap);
            yield new Supervised(model, data, Loss.MSE, settings.batchSize(), settings.seed());
          }
          case RunSettings.SUPERVISED -> supervised(settings, model, heap);
          case RunSettings.PENDULUM -> new PendulumTdMpc(pendulum(settings), settings.seed());
          default -> throw unknown(settings);
        },
        model);
  }

  /**
   * Reads what the settings name, to learn whether it can be used. Keeps no data in memory, and
   * model and data only while they are looked at.
   *
   * @param heap bytes that the heap may have: data may fill a third of it, a model file an eighth
   * @throws InvalidInput where the data or the model cannot be used; names it
   * @throws IOException where the disk fails
   */
  public static void check(RunSettings settings, ModelStore store, long heap) throws IOException {
    switch (settings.task()) {
      case Autoencoder.NAME -> {
        if (!settings.data().isEmpty()) {
          checkImages(settings, IdxFolder.check(settings.data(), heap));
        }
        if (!settings.model().isEmpty()) {
          initialModel(settings, store, heap);
        }
      }
      case RunSettings.SUPERVISED ->
          supervised(settings, initialModel(settings, store, heap), heap).close();
      case RunSettings.PENDULUM -> {
        pendulum(settings);
        if (!settings.model().isEmpty()) {
          initialModel(settings, store, heap);
        }
      }
      default -> throw unknown(settings);
    }
  }

  private static Supervised supervised(RunSettings settings, OnnxModel model, long heap)
      throws IOException {
    SupervisedSettings supervised = settings.request().getSupervised();
    Dataset data = NpzFile.read(settings.data(), supervised.getValidationShare(), heap);
    Loss loss =
        switch (supervised.getLoss()) {
          case LOSS_MSE -> Loss.MSE;
          case LOSS_CROSS_ENTROPY -> Loss.CROSS_ENTROPY;
          case LOSS_BCE -> Loss.BCE;
          case LOSS_UNSPECIFIED, UNRECOGNIZED ->
              throw new InvalidInput(
                  "supervised.loss", supervised.getLoss(), "choose mse, cross_entropy or bce");
        };
    return new Supervised(model, data, loss, settings.batchSize(), settings.seed());
  }

  private static TdMpcSettings pendulum(RunSettings settings) {
    return TdMpcSettings.of(
        settings.batchSize(), settings.request().getPendulum().getValidationStarts());
  }

  private static InvalidInput unknown(RunSettings settings) {
    return new InvalidInput(
        "task", settings.task(), "known tasks: " + String.join(", ", RunSettings.TASKS));
  }

  private static void checkImages(RunSettings settings, IdxHeader images) {
    if (images.rows() * images.columns() != Autoencoder.PIXELS) {
      throw new InvalidInput(
          "data",
          settings.data(),
          "has images of "
              + images.rows()
              + "x"
              + images.columns()
              + "; the autoencoder takes 784 pixels, 28x28");
    }
  }

  private static OnnxModel initialModel(RunSettings settings, ModelStore store, long heap)
      throws IOException {
    if (!settings.model().isEmpty()) {
      return model(settings, store, heap);
    }
    return switch (settings.task()) {
      case Autoencoder.NAME -> autoencoder(settings).freshModel(settings.seed());
      case RunSettings.PENDULUM -> TdMpcGraph.fresh(TdMpcSizes.defaults(), settings.seed());
      default ->
          throw new InvalidInput(
              "model", "", "name the ONNX file to train, relative to the model store's root");
    };
  }

  private static Autoencoder autoencoder(RunSettings settings) {
    AutoencoderSettings given = settings.request().getAutoencoder();
    return new Autoencoder(given.hasLatent() ? given.getLatent() : Autoencoder.DEFAULT_LATENT);
  }

  private static OnnxModel model(RunSettings settings, ModelStore store, long heap)
      throws IOException {
    try {
      Path file = store.resolve(settings.model());
      if (!Files.isRegularFile(file)) {
        throw new InvalidInput("model", settings.model(), "no such file in the model store");
      }
      checkSize(settings, Files.size(file), heap);
      OnnxModel model = InferenceForm.of(OnnxModel.read(file));
      if (settings.task().equals(Autoencoder.NAME)) {
        autoencoder(settings).check(model, settings.batchSize());
      } else if (settings.task().equals(RunSettings.PENDULUM)) {
        TdMpcGraph.check(model);
      }
      return model;
    } catch (OnnxException e) {
      throw invalid(settings, e.getMessage(), e);
    } catch (InvalidInput e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw invalid(settings, e.getMessage(), e);
    }
  }

  private static void checkSize(RunSettings settings, long bytes, long heap) {
    if (bytes > MOST_MODEL_BYTES) {
      throw new InvalidInput(
          "model", settings.model(), "is larger than " + MOST_MODEL_BYTES + " bytes");
    }
    if (bytes > heap / MODEL_SHARE) {
      throw new InvalidInput(
          "model",
          settings.model(),
          "has "
              + bytes
              + " bytes, more than an eighth of the heap of "
              + heap
              + "; start the trainer with at least -Xmx"
              + (MODEL_SHARE * bytes + MIB - 1) / MIB
              + "m");
    }
  }

  private static InvalidInput invalid(RunSettings settings, String problem, Exception cause) {
    InvalidInput invalid = new InvalidInput("model", settings.model(), problem);
    invalid.initCause(cause);
    return invalid;
  }
}

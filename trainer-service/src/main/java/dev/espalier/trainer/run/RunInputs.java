package dev.espalier.trainer.run;

import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.data.Dataset;
import dev.espalier.trainer.data.DrawnDigits;
import dev.espalier.trainer.data.IdxFolder;
import dev.espalier.trainer.data.IdxHeader;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.trainer.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a run starts from.
 *
 * @param task what is learned
 * @param data what it is learned from
 * @param model the initial model; it fits the task
 */
public record RunInputs(Task task, Dataset data, OnnxModel model) {
  private static final long MOST_MODEL_BYTES = 256L << 20;
  private static final int MODEL_SHARE = 8;
  private static final long MIB = 1 << 20;

  /**
   * Reads, draws and builds all that the settings ask for.
   *
   * @throws InvalidInput where the data or the model cannot be used; names it
   * @throws IOException where the disk fails
   */
  public static RunInputs load(RunSettings settings, ModelStore store) throws IOException {
    long heap = Runtime.getRuntime().maxMemory();
    Task task = task(settings);
    Dataset data =
        settings.data().isEmpty()
            ? Dataset.split(DrawnDigits.draw(settings.drawnDigits(), settings.seed()))
            : IdxFolder.read(settings.data(), heap);
    checkSize(settings, task, data.training().rows(), data.training().columns());
    OnnxModel model =
        settings.model().isEmpty()
            ? task.freshModel(settings.seed())
            : model(settings, store, task, heap);
    return new RunInputs(task, data, model);
  }

  /**
   * Reads what the settings name, to learn whether it can be used. Keeps no data in memory, and a
   * model only while it is looked at.
   *
   * @param heap bytes that the heap may have: data may fill a third of it, a model file an eighth
   * @throws InvalidInput where the data or the model cannot be used; names it
   * @throws IOException where the disk fails
   */
  public static void check(RunSettings settings, ModelStore store, long heap) throws IOException {
    Task task = task(settings);
    if (!settings.data().isEmpty()) {
      IdxHeader header = IdxFolder.check(settings.data(), heap);
      checkSize(settings, task, header.rows(), header.columns());
    }
    if (!settings.model().isEmpty()) {
      model(settings, store, task, heap);
    }
  }

  private static void checkSize(RunSettings settings, Task task, int rows, int columns) {
    if (rows * columns != task.exampleSize()) {
      throw new InvalidInput(
          "data",
          settings.data(),
          "has images of "
              + rows
              + "x"
              + columns
              + "; the "
              + task.name()
              + " takes "
              + task.exampleSize()
              + " pixels, 28x28");
    }
  }

  private static Task task(RunSettings settings) {
    return switch (settings.task()) {
      case Autoencoder.NAME -> new Autoencoder(settings.latent());
      default ->
          throw new InvalidInput("task", settings.task(), "known tasks: " + Autoencoder.NAME);
    };
  }

  private static OnnxModel model(RunSettings settings, ModelStore store, Task task, long heap)
      throws IOException {
    try {
      Path file = store.resolve(settings.model());
      if (!Files.isRegularFile(file)) {
        throw new InvalidInput("model", settings.model(), "no such file in the model store");
      }
      checkSize(settings, Files.size(file), heap);
      OnnxModel model = OnnxModel.read(file);
      task.check(model, settings.batchSize());
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

package dev.espalier.trainer.run;

import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.data.Dataset;
import dev.espalier.trainer.data.DrawnDigits;
import dev.espalier.trainer.data.IdxFolder;
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

  /**
   * Reads, draws and builds all that the settings ask for.
   *
   * @throws InvalidInput where the data or the model cannot be used; names it
   * @throws IOException where the disk fails
   */
  public static RunInputs load(RunSettings settings, ModelStore store) throws IOException {
    Task task = task(settings);
    Dataset data =
        settings.data().isEmpty()
            ? Dataset.split(DrawnDigits.draw(settings.drawnDigits(), settings.seed()))
            : read(settings, task);
    OnnxModel model =
        settings.model().isEmpty()
            ? task.freshModel(settings.seed())
            : model(settings, store, task);
    return new RunInputs(task, data, model);
  }

  /**
   * Reads what the settings name, to learn whether it can be used.
   *
   * @throws InvalidInput where the data or the model cannot be used; names it
   * @throws IOException where the disk fails
   */
  public static void check(RunSettings settings, ModelStore store) throws IOException {
    Task task = task(settings);
    if (!settings.data().isEmpty()) {
      read(settings, task);
    }
    if (!settings.model().isEmpty()) {
      model(settings, store, task);
    }
  }

  private static Dataset read(RunSettings settings, Task task) throws IOException {
    Dataset data = IdxFolder.read(settings.data());
    if (data.training().size() != task.exampleSize()) {
      throw new InvalidInput(
          "data",
          settings.data(),
          "has images of "
              + data.training().rows()
              + "x"
              + data.training().columns()
              + "; the "
              + task.name()
              + " takes "
              + task.exampleSize()
              + " pixels, 28x28");
    }
    return data;
  }

  private static Task task(RunSettings settings) {
    return switch (settings.task()) {
      case Autoencoder.NAME -> new Autoencoder(settings.latent());
      default ->
          throw new InvalidInput("task", settings.task(), "known tasks: " + Autoencoder.NAME);
    };
  }

  private static OnnxModel model(RunSettings settings, ModelStore store, Task task)
      throws IOException {
    try {
      Path file = store.resolve(settings.model());
      if (!Files.isRegularFile(file)) {
        throw new InvalidInput("model", settings.model(), "no such file in the model store");
      }
      if (Files.size(file) > MOST_MODEL_BYTES) {
        throw new InvalidInput(
            "model", settings.model(), "is larger than " + MOST_MODEL_BYTES + " bytes");
      }
      OnnxModel model = OnnxModel.read(file);
      task.check(model);
      return model;
    } catch (OnnxException e) {
      throw invalid(settings, e.getMessage(), e);
    } catch (InvalidInput e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw invalid(settings, e.getMessage(), e);
    }
  }

  private static InvalidInput invalid(RunSettings settings, String problem, Exception cause) {
    InvalidInput invalid = new InvalidInput("model", settings.model(), problem);
    invalid.initCause(cause);
    return invalid;
  }
}

package dev.espalier.trainer.run;

import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.training.v1.ImportanceSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run was asked to do, every default filled in.
 *
 * @param runId 1 to 64 characters of [a-z0-9-]
 * @param task the task's name
 * @param model the model to start from, relative to the model store's root; empty for a fresh one
 * @param data folder with images, absolute; empty for drawn digits
 * @param epochs 1 to 10000
 * @param batchSize 1 to 65536
 * @param learningRate Adam's step size, above 0 and at most 1
 * @param seed seed of weights, order and drawn digits
 * @param latent size of a fresh autoencoder's latent layer
 * @param drawnDigits digits to draw where no folder is given
 * @param importance how importance is computed, filled in
 */
public record RunSettings(
    String runId,
    String task,
    String model,
    String data,
    int epochs,
    int batchSize,
    double learningRate,
    long seed,
    int latent,
    int drawnDigits,
    ImportanceSettings importance) {

  /** Where the data comes from, in a word: the folder, or "drawn". */
  public String origin() {
    return data.isEmpty() ? "drawn" : data;
  }

  /** The settings by the names of the request's fields, enough to run it again. */
  public Map<String, String> describe() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", task);
    settings.put("epochs", Integer.toString(epochs));
    settings.put("batch_size", Integer.toString(batchSize));
    settings.put("learning_rate", Double.toString(learningRate));
    settings.put("seed", Long.toString(seed));
    if (!model.isEmpty()) {
      settings.put("model", model);
    } else if (task.equals(Autoencoder.NAME)) {
      settings.put("autoencoder.latent", Integer.toString(latent));
    }
    if (data.isEmpty()) {
      settings.put("autoencoder.drawn_digits", Integer.toString(drawnDigits));
    } else {
      settings.put("data", data);
    }
    return settings;
  }
}

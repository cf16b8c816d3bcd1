package dev.espalier.trainer.run;

import com.google.protobuf.TextFormat;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.StartRunRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run was asked to do.
 *
 * @param request the request, checked and every default filled in, the run's id included; sent
 *     again, it asks for the same
 */
public record RunSettings(StartRunRequest request) {
  /** Name of the task that fits any model to an .npz file. */
  public static final String SUPERVISED = "supervised";

  /** Name of the task that learns to swing a pendulum up. */
  public static final String PENDULUM = "pendulum";

  /** Names of all tasks. */
  public static final List<String> TASKS = List.of(Autoencoder.NAME, SUPERVISED, PENDULUM);

  /** 1 to 64 characters of [a-z0-9-]. */
  public String runId() {
    return request.getRunId();
  }

  /** The task's name. */
  public String task() {
    return request.getTask();
  }

  /** The model to start from, relative to the model store's root; empty for a fresh one. */
  public String model() {
    return request.getModel();
  }

  /** Folder or file with data, absolute; empty where the task makes its own. */
  public String data() {
    return request.getData();
  }

  /** 1 to 10000. */
  public int epochs() {
    return request.getEpochs();
  }

  /** 1 to 65536. */
  public int batchSize() {
    return request.getBatchSize();
  }

  /** Adam's step size, above 0 and at most 1. */
  public double learningRate() {
    return request.getLearningRate();
  }

  /** Seed of weights, order and drawn data. */
  public long seed() {
    return request.getSeed();
  }

  /** How importance is computed. */
  public ImportanceSettings importance() {
    return request.getImportance();
  }

  /** Where the data comes from, in a word: the folder or file, "drawn", or "played". */
  public String origin() {
    return data().isEmpty() ? task().equals(PENDULUM) ? "played" : "drawn" : data();
  }

  /** The settings by the names of the request's fields, enough to run it again. */
  public Map<String, String> describe() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", task());
    settings.put("epochs", Integer.toString(epochs()));
    settings.put("batch_size", Integer.toString(batchSize()));
    settings.put("learning_rate", Double.toString(learningRate()));
    settings.put("seed", Long.toString(seed()));
    settings.put("unit_summary_every", Integer.toString(request.getUnitSummaryEvery()));
    if (!model().isEmpty()) {
      settings.put("model", model());
    }
    for (int i = 0; i < request.getMilestonesCount(); i++) {
      settings.put(
          "milestones[" + i + "]",
          TextFormat.printer().emittingSingleLine(true).printToString(request.getMilestones(i)));
    }
    if (!data().isEmpty()) {
      settings.put("data", data());
    }
    switch (request.getSettingsCase()) {
      case AUTOENCODER -> autoencoder(settings);
      case SUPERVISED -> {
        settings.put("supervised.loss", request.getSupervised().getLoss().name());
        settings.put(
            "supervised.validation_share",
            Double.toString(request.getSupervised().getValidationShare()));
      }
      case PENDULUM ->
          settings.put(
              "pendulum.validation_starts",
              Integer.toString(request.getPendulum().getValidationStarts()));
      case SETTINGS_NOT_SET -> {}
    }
    return settings;
  }

  private void autoencoder(Map<String, String> settings) {
    if (model().isEmpty()) {
      settings.put(
          Autoencoder.NAME + ".latent", Integer.toString(request.getAutoencoder().getLatent()));
    }
    if (data().isEmpty()) {
      settings.put(
          Autoencoder.NAME + ".drawn_digits",
          Integer.toString(request.getAutoencoder().getDrawnDigits()));
    }
  }
}

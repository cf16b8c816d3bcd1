package dev.espalier.trainer.listener;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps parameters and gradients as they are in each batch, copied by DJL. */
final class Recorder extends TrainingListenerAdapter {
  /**
   * Copies by parameter.
   *
   * @param error predictions less labels
   */
  record Step(Map<String, float[]> values, Map<String, float[]> gradients, float[] error) {}

  final List<Step> steps = new ArrayList<>();

  @Override
  public void onTrainingBatch(Trainer trainer, BatchData batch) {
    Map<String, float[]> values = new LinkedHashMap<>();
    Map<String, float[]> gradients = new LinkedHashMap<>();
    trainer
        .getModel()
        .getBlock()
        .getParameters()
        .forEach(
            named -> {
              Parameter parameter = named.getValue();
              values.put(named.getKey(), parameter.getArray().toFloatArray());
              if (parameter.requiresGradient()) {
                try (NDArray gradient = parameter.getArray().getGradient()) {
                  gradients.put(named.getKey(), gradient.toFloatArray());
                }
              }
            });
    NDArray predictions = batch.getPredictions().values().iterator().next().singletonOrThrow();
    NDArray labels = batch.getLabels().values().iterator().next().singletonOrThrow();
    try (NDArray error = predictions.sub(labels)) {
      steps.add(new Step(values, gradients, error.toFloatArray()));
    }
  }
}

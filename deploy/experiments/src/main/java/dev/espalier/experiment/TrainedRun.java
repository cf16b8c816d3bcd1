package dev.espalier.experiment;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.Run;
import java.util.List;

/**
 * A run that has completed.
 *
 * @param run as the service tells it: request, provenance, cuts
 * @param model that it ended with
 * @param graph the model's groups
 * @param snapshots the importance after each epoch, in order
 * @param ranking the final one
 * @param units what was recorded of the groups' units, stretch by stretch; empty where nothing was
 * @param epochs the ends of its epochs, in order
 */
public record TrainedRun(
    Run run,
    OnnxModel model,
    DependencyGraph graph,
    List<ImportanceSnapshot> snapshots,
    Ranking ranking,
    List<UnitEvidence> units,
    List<EpochCompleted> epochs) {
  public TrainedRun {
    snapshots = List.copyOf(snapshots);
    units = List.copyOf(units);
    epochs = List.copyOf(epochs);
  }

  /** Task loss over the validation data, before the first step. */
  public double initialLoss() {
    return run.getInitialValidationLoss();
  }

  /** Task loss over the validation data, at the end. */
  public double loss() {
    return run.getValidationLoss();
  }
}

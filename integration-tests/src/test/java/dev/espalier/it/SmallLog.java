package dev.espalier.it;

import dev.espalier.graph.v1.GroupKind;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.util.List;

/** The events of a run written by hand: two groups of two units each, as short as can be. */
final class SmallLog {
  private SmallLog() {}

  /** A whole run, with one unit summary. */
  static List<TrainingEvent> withUnits(String run) {
    return List.of(
        started(run).build(),
        summary(run, 1).build(),
        units(run, 2).build(),
        completed(run, 3).build());
  }

  static TrainingEvent.Builder started(String run) {
    RunStarted.Builder start =
        RunStarted.newBuilder().setTask("by-hand").setEpochs(1).setBatchesPerEpoch(1);
    for (String id : List.of("encoder.0", "decoder.0")) {
      start.addGroups(
          GroupShape.newBuilder()
              .setId(id)
              .setKind(GroupKind.GROUP_KIND_COMPONENT)
              .addComponents(id.substring(0, 7))
              .setParameters(10)
              .setUnits(2));
    }
    return event(run, 0).setRunStarted(start);
  }

  static TrainingEvent.Builder summary(String run, long sequence) {
    GradientSummary.Builder summary = GradientSummary.newBuilder().setLoss(1);
    for (int group = 0; group < 2; group++) {
      summary
          .addMeanAbsoluteGradient(0.5 + group)
          .addMeanSquaredGradient(0.25 + group)
          .addL1Norm(3)
          .addCount(10);
    }
    return event(run, sequence).setGradientSummary(summary);
  }

  static TrainingEvent.Builder units(String run, long sequence) {
    return event(run, sequence)
        .setUnitSummary(
            UnitSummary.newBuilder().setGroupId("encoder.0").addGradient(1).addGradient(2));
  }

  static TrainingEvent.Builder completed(String run, long sequence) {
    return event(run, sequence)
        .setRunCompleted(RunCompleted.newBuilder().setModel("m.onnx").setModelDigest("d"));
  }

  private static TrainingEvent.Builder event(String run, long sequence) {
    return TrainingEvent.newBuilder().setRunId(run).setSequence(sequence);
  }
}

package dev.espalier.local.log;

import com.google.protobuf.Timestamp;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunDeleted;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A made-up run of two groups, one of which is recorded unit by unit. */
public final class Events {
  public static final String RUN = "run-1";
  private static final int BATCHES = 3;

  private Events() {}

  private static TrainingEvent.Builder event(long sequence) {
    return TrainingEvent.newBuilder()
        .setRunId(RUN)
        .setSequence(sequence)
        .setTime(Timestamp.newBuilder().setSeconds(1_700_000_000 + sequence).setNanos(5_000_000));
  }

  static TrainingEvent deleted() {
    return event(0).setRunDeleted(RunDeleted.getDefaultInstance()).build();
  }

  /**
   * @param epochs at least 1
   * @return the run's log from its start to its end
   */
  public static List<TrainingEvent> run(int epochs, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TrainingEvent> log = new ArrayList<>();
    log.add(event(0).setRunStarted(started(epochs)).build());
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int batch = 0; batch < BATCHES; batch++) {
        log.add(event(log.size()).setGradientSummary(summary(epoch, batch, random)).build());
        log.add(event(log.size()).setUnitSummary(units(epoch, batch, random)).build());
      }
      log.add(
          event(log.size())
              .setEpochCompleted(
                  EpochCompleted.newBuilder().setEpoch(epoch).setTrainingLoss(random.nextDouble()))
              .build());
    }
    log.add(
        event(log.size())
            .setRunCompleted(
                RunCompleted.newBuilder().setModel("m.onnx").setModelDigest("0".repeat(64)))
            .build());
    return log;
  }

  private static RunStarted started(int epochs) {
    return RunStarted.newBuilder()
        .setTask("made-up")
        .addGroups(shape("a", 2))
        .addGroups(shape("b", 0))
        .setEpochs(epochs)
        .setBatchesPerEpoch(BATCHES)
        .build();
  }

  private static GroupShape shape(String id, int units) {
    return GroupShape.newBuilder()
        .setId(id)
        .setKind(GroupKind.GROUP_KIND_COMPONENT)
        .addComponents("c")
        .setParameters(4)
        .setUnits(units)
        .build();
  }

  private static GradientSummary summary(int epoch, int batch, SplittableRandom random) {
    GradientSummary.Builder summary =
        GradientSummary.newBuilder()
            .setEpoch(epoch)
            .setBatch(batch)
            .setLoss(random.nextDouble())
            .setOverallMeanAbsoluteGradient(random.nextDouble())
            .setCoefficientsEpoch(-1);
    for (int group = 0; group < 2; group++) {
      summary
          .addMeanAbsoluteGradient(random.nextDouble())
          .addMeanSquaredGradient(random.nextDouble())
          .addL1Norm(random.nextDouble())
          .addCount(4);
    }
    return summary.build();
  }

  private static UnitSummary units(int epoch, int batch, SplittableRandom random) {
    return UnitSummary.newBuilder()
        .setGroupId("a")
        .setEpoch(epoch)
        .setBatch(batch)
        .addTaylor((float) random.nextDouble())
        .addTaylor((float) random.nextDouble())
        .build();
  }
}

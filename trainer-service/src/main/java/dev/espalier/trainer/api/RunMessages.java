package dev.espalier.trainer.api;

import com.google.protobuf.Timestamp;
import dev.espalier.trainer.run.Progress;
import dev.espalier.trainer.run.RunPhase;
import dev.espalier.trainer.run.RunSnapshot;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunState;
import java.time.Instant;

/** Runs as the contract has them. */
final class RunMessages {
  private RunMessages() {}

  static Run run(RunSnapshot snapshot) {
    Progress progress = snapshot.progress();
    Run.Builder run =
        Run.newBuilder()
            .setRunId(snapshot.settings().runId())
            .setTask(snapshot.settings().task())
            .setState(state(snapshot.phase()))
            .setStarted(timestamp(snapshot.started()))
            .setEpochs(snapshot.settings().epochs())
            .setEpochsCompleted(progress.epochsCompleted())
            .setBatchesPerEpoch(progress.batchesPerEpoch())
            .setBatchesCompleted(progress.batchesCompleted())
            .setBatchLoss(progress.batchLoss())
            .setBatchesPerSecond(progress.batchesPerSecond())
            .setModel(progress.model())
            .setDroppedSummaries(progress.droppedSummaries())
            .setStaleBatches(progress.staleBatches())
            .addAllWarnings(snapshot.warnings().values())
            .setData(snapshot.settings().origin());
    progress.trainingLoss().ifPresent(run::setTrainingLoss);
    progress.initialValidationLoss().ifPresent(run::setInitialValidationLoss);
    progress.validationLoss().ifPresent(run::setValidationLoss);
    if (snapshot.phase() instanceof RunPhase.Ended ended) {
      run.setEnded(timestamp(ended.at()));
    }
    if (snapshot.phase() instanceof RunPhase.Failed failed) {
      run.setFailure(failed.reason());
    }
    return run.build();
  }

  private static RunState state(RunPhase phase) {
    return switch (phase) {
      case RunPhase.Preparing p -> RunState.RUN_STATE_PREPARING;
      case RunPhase.Training t -> RunState.RUN_STATE_TRAINING;
      case RunPhase.Completed c -> RunState.RUN_STATE_COMPLETED;
      case RunPhase.Stopped s -> RunState.RUN_STATE_STOPPED;
      case RunPhase.Failed f -> RunState.RUN_STATE_FAILED;
    };
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}

package dev.espalier.trainer.run;

import com.google.protobuf.Timestamp;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Runs as the contract has them. */
public final class RunMessages {
  private RunMessages() {}

  public static Run run(RunSnapshot snapshot) {
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
            .setData(snapshot.settings().origin())
            .setRequest(snapshot.settings().request())
            .setProvenance(snapshot.provenance())
            .addAllCuts(snapshot.cuts());
    progress.trainingLoss().ifPresent(run::setTrainingLoss);
    progress.initialValidationLoss().ifPresent(run::setInitialValidationLoss);
    progress.validationLoss().ifPresent(run::setValidationLoss);
    snapshot.checkpointEpochs().ifPresent(run::setCheckpointEpochs);
    if (snapshot.phase() instanceof RunPhase.Ended ended) {
      run.setEnded(timestamp(ended.at()));
    } else {
      progress.secondsLeft().ifPresent(run::setSecondsLeft);
    }
    if (snapshot.phase() instanceof RunPhase.Failed failed) {
      run.setFailure(failed.reason());
    }
    return run.build();
  }

  /**
   * A run that is kept as a message.
   *
   * @param now when a run that was open then is taken to have been interrupted
   */
  static RunSnapshot snapshot(Run run, Instant now) {
    Map<String, String> warnings = new LinkedHashMap<>();
    run.getWarningsList().forEach(words -> warnings.put(words, words));
    return new RunSnapshot(
        new RunSettings(run.getRequest()),
        instant(run.getStarted()),
        phase(run, now),
        progress(run),
        warnings,
        run.getProvenance(),
        run.getCutsList(),
        run.hasCheckpointEpochs()
            ? OptionalInt.of(run.getCheckpointEpochs())
            : OptionalInt.empty());
  }

  private static Progress progress(Run run) {
    return new Progress(
        run.getBatchesPerEpoch(),
        run.getEpochsCompleted(),
        run.getBatchesCompleted(),
        run.getBatchLoss(),
        run.getBatchesPerSecond(),
        optional(run.hasTrainingLoss(), run.getTrainingLoss()),
        optional(run.hasInitialValidationLoss(), run.getInitialValidationLoss()),
        optional(run.hasValidationLoss(), run.getValidationLoss()),
        run.getModel(),
        run.getDroppedSummaries(),
        OptionalDouble.empty(),
        run.getStaleBatches());
  }

  private static OptionalDouble optional(boolean has, double value) {
    return has ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private static RunPhase phase(Run run, Instant now) {
    Instant ended = run.hasEnded() ? instant(run.getEnded()) : now;
    return switch (run.getState()) {
      case RUN_STATE_COMPLETED -> new RunPhase.Completed(ended);
      case RUN_STATE_STOPPED -> new RunPhase.Stopped(ended);
      case RUN_STATE_FAILED -> new RunPhase.Failed(ended, run.getFailure());
      default -> new RunPhase.Interrupted(ended);
    };
  }

  private static RunState state(RunPhase phase) {
    return switch (phase) {
      case RunPhase.Preparing p -> RunState.RUN_STATE_PREPARING;
      case RunPhase.Training t -> RunState.RUN_STATE_TRAINING;
      case RunPhase.Completed c -> RunState.RUN_STATE_COMPLETED;
      case RunPhase.Stopped s -> RunState.RUN_STATE_STOPPED;
      case RunPhase.Failed f -> RunState.RUN_STATE_FAILED;
      case RunPhase.Interrupted i -> RunState.RUN_STATE_INTERRUPTED;
    };
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}

package dev.espalier.trainer.run;

import com.google.protobuf.ByteString;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.task.Objective;
import dev.espalier.training.v1.CheckpointHeader;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunRecord;
import java.io.IOException;
import java.nio.file.Files;

/** Keeps a run's state in its folder, so that it can be listed and resumed later. */
final class RunKeeper {
  private final RunHandle handle;
  private final RunFolder folder;
  private boolean began;

  RunKeeper(RunHandle handle, RunFolder folder) {
    this.handle = handle;
    this.folder = folder;
  }

  /**
   * @throws InvalidInput where another trainer is at work on the run
   */
  FolderLock lock() throws IOException {
    return folder
        .lock()
        .orElseThrow(
            () ->
                new InvalidInput(
                    "run_id",
                    handle.snapshot().settings().runId(),
                    "another trainer is at work on this run"));
  }

  /**
   * @throws InvalidInput where there is none, or it cannot be used
   */
  Checkpoint checkpoint() throws IOException {
    String runId = handle.snapshot().settings().runId();
    if (!Files.isRegularFile(folder.checkpoint())) {
      throw new InvalidInput("run_id", runId, "has no checkpoint; start it anew");
    }
    Checkpoint checkpoint = Checkpoint.read(folder.checkpoint());
    String of = checkpoint.header().getRun().getRunId();
    if (!of.equals(runId)) {
      throw new InvalidInput("checkpoint", folder.checkpoint(), "is of run \"" + of + "\"");
    }
    return checkpoint;
  }

  /** Writes the checkpoint and then the run's record; the log may then tell what it keeps. */
  void checkpoint(
      CheckpointHeader.Builder header,
      Objective objective,
      Learner learner,
      RunWeighing weighing,
      RunLog log)
      throws IOException {
    handle.update(run -> run.checkpointed(run.progress().epochsCompleted()));
    weighing
        .graph()
        .ifPresent(graph -> header.setGraph(graph).clearUnits().addAllUnits(weighing.units()));
    log.describe(header);
    header
        .setRun(RunMessages.run(handle.snapshot()))
        .setSteps(learner.adam().step())
        .setObjective(ByteString.copyFrom(objective.state()));
    Checkpoint.of(header.build(), learner).write(folder.checkpoint());
    log.checkpointed();
    began = true;
    save(RunMessages.run(handle.snapshot()), log, false);
  }

  /** Goes on with the log of a run that is resumed. */
  void reopen(RunLog log, CheckpointHeader header) throws IOException {
    RunRecord record =
        folder
            .record()
            .orElseThrow(
                () ->
                    new InvalidInput(
                        "run_id",
                        header.getRun().getRunId(),
                        "its record run.pb is missing or damaged; start it anew"));
    began = true;
    if (record.getLogEnded()) {
      log.reopen(header, record.getSequence(), record.getRecordedEvents());
    } else {
      log.resume(header);
    }
  }

  /** Keeps a run that waits for its turn. */
  void keep() throws IOException {
    folder.save(RunRecord.newBuilder().setRun(RunMessages.run(handle.snapshot())).build());
  }

  /**
   * Keeps the end of a run. Where it did not come to train, what is kept of its log stays as it is.
   *
   * @throws IOException where the disk fails; the log must then not tell of the end
   */
  void ended(RunPhase end, RunLog log) throws IOException {
    Run run = RunMessages.run(handle.snapshot().with(end));
    if (began) {
      save(run, log, !(end instanceof RunPhase.Interrupted));
    } else {
      folder.save(
          folder
              .record()
              .map(RunRecord::toBuilder)
              .orElseGet(RunRecord::newBuilder)
              .setRun(run)
              .build());
    }
  }

  private void save(Run run, RunLog log, boolean ended) throws IOException {
    RunRecord.Builder record = RunRecord.newBuilder().setRun(run);
    log.describe(record, ended);
    folder.save(record.build());
  }
}

package dev.espalier.trainer.run;

import com.google.protobuf.ByteString;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.task.Objective;
import dev.espalier.training.v1.CheckpointHeader;
import dev.espalier.training.v1.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a run's state in its folder, so that it can be listed and resumed later. */
final class RunKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(RunKeeper.class);

  private final RunHandle handle;
  private final RunFolder folder;

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

  /** Writes the checkpoint and then the run's record. */
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
    header
        .setRun(RunMessages.run(handle.snapshot()))
        .setNextSequence(log.next())
        .setRecordedEvents(log.recorded())
        .setLogOpen(log.isOpen())
        .setSteps(learner.adam().step())
        .setObjective(ByteString.copyFrom(objective.state()));
    Checkpoint.of(header.build(), learner).write(folder.checkpoint());
    save(log);
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
    boolean ended =
        switch (record.getRun().getState()) {
          case RUN_STATE_STOPPED, RUN_STATE_FAILED -> record.getLogOpen();
          default -> false;
        };
    long since = record.getSequence() - header.getNextSequence();
    if (ended && since >= 0) {
      log.reopen(record.getSequence(), header.getRecordedEvents() + since);
    } else {
      log.resume(header.getNextSequence(), header.getRecordedEvents(), header.getLogOpen());
    }
  }

  private void save(RunLog log) throws IOException {
    save(handle.snapshot(), log);
  }

  /** Keeps the end of a run. The run has ended whether or not the disk takes it. */
  void ended(RunPhase end, RunLog log) {
    try {
      save(handle.snapshot().with(end), log);
    } catch (IOException e) {
      LOG.error("run's end not kept: run={}", handle.snapshot().settings().runId(), e);
    }
  }

  private void save(RunSnapshot run, RunLog log) throws IOException {
    folder.save(
        RunRecord.newBuilder()
            .setRun(RunMessages.run(run))
            .setSequence(log.next() - 1)
            .setLogOpen(log.isOpen())
            .build());
  }
}

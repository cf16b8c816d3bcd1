package dev.espalier.trainer.run;

import dev.espalier.onnx.ModelStore;
import dev.espalier.training.v1.RunRecord;
import dev.espalier.training.v1.RunState;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs that the model store remembers from before the service began. */
public final class PastRuns {
  private PastRuns() {}

  /**
   * The runs that nobody is at work on, the one that changed last at the end.
   *
   * @param most how many at most
   * @param now when those that had no end are taken to have been interrupted
   */
  public static List<RunSnapshot> all(ModelStore store, int most, Instant now) throws IOException {
    List<RunSnapshot> runs = new ArrayList<>();
    for (RunFolder folder : RunFolder.all(store, most).reversed()) {
      read(folder, now).ifPresent(runs::add);
    }
    return runs;
  }

  /**
   * One run.
   *
   * @return empty where nothing is kept of it, or somebody is at work on it
   */
  public static Optional<RunSnapshot> find(ModelStore store, String runId, Instant now)
      throws IOException {
    RunFolder folder = new RunFolder(store, runId);
    return folder.exists() ? read(folder, now) : Optional.empty();
  }

  private static Optional<RunSnapshot> read(RunFolder folder, Instant now) throws IOException {
    Optional<RunRecord> record = folder.record();
    if (record.isEmpty() || !record.get().getRun().hasRequest()) {
      return Optional.empty();
    }
    RunState state = record.get().getRun().getState();
    if (state == RunState.RUN_STATE_TRAINING || state == RunState.RUN_STATE_PREPARING) {
      Optional<FolderLock> free = folder.lock();
      if (free.isEmpty()) {
        return Optional.empty();
      }
      free.get().close();
    }
    return Optional.of(RunMessages.snapshot(record.get().getRun(), now));
  }
}

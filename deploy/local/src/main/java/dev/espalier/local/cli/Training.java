package dev.espalier.local.cli;

import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunState;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.TrainingServiceGrpc.TrainingServiceBlockingStub;
import dev.espalier.training.v1.WatchRunRequest;
import dev.espalier.training.v1.WatchRunResponse;
import java.util.Iterator;
import java.util.Locale;

/** Starts runs and shows how they go on. */
final class Training {
  private final TrainingServiceBlockingStub service;
  private final Console console;

  Training(TrainingServiceBlockingStub service, Console console) {
    this.service = service;
    this.console = console;
  }

  /**
   * @return the run at its end
   * @throws CommandFailure where it failed
   */
  Run train(StartRunRequest request, String title) {
    Run run = service.startRun(request).getRun();
    console.progress(title + ": run " + run.getRunId());
    return follow(run.getRunId(), title);
  }

  /**
   * @return the run at its end
   * @throws CommandFailure where it failed
   */
  Run follow(String runId, String title) {
    Iterator<WatchRunResponse> changes =
        service.watchRun(WatchRunRequest.newBuilder().setRunId(runId).build());
    Run run = Run.getDefaultInstance();
    try (Bar bar = new Bar(console, title, 0)) {
      int shownEpochs = 0;
      int shownWarnings = 0;
      while (changes.hasNext()) {
        run = changes.next().getRun();
        bar.of((long) run.getEpochs() * run.getBatchesPerEpoch());
        bar.to(run.getBatchesCompleted(), message(run));
        if (!console.terminal() && run.getEpochsCompleted() > shownEpochs) {
          shownEpochs = run.getEpochsCompleted();
          console.progress(epoch(run));
        }
        for (; shownWarnings < run.getWarningsCount(); shownWarnings++) {
          console.progress("warning: " + run.getWarnings(shownWarnings));
        }
      }
    }
    if (run.getState() == RunState.RUN_STATE_FAILED) {
      throw new CommandFailure(ExitCode.FAILED, "run " + runId + " failed: " + run.getFailure());
    }
    return run;
  }

  private static String message(Run run) {
    if (run.getState() == RunState.RUN_STATE_PREPARING) {
      return "preparing";
    }
    String validation =
        run.hasValidationLoss() ? ", validation " + Table.number(run.getValidationLoss()) : "";
    return "loss " + Table.number(run.getBatchLoss()) + validation;
  }

  private static String epoch(Run run) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d: loss %s, validation %s, %.1f batches/s",
        run.getEpochsCompleted(),
        run.getEpochs(),
        Table.number(run.getTrainingLoss()),
        Table.number(run.getValidationLoss()),
        run.getBatchesPerSecond());
  }
}

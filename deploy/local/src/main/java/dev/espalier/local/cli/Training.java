package dev.espalier.local.cli;

import dev.espalier.local.client.Services;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunCut;
import dev.espalier.training.v1.RunState;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.WatchRunRequest;
import dev.espalier.training.v1.WatchRunResponse;
import java.util.Iterator;
import java.util.Locale;

/** Starts runs and shows how they go on. */
final class Training {
  private final Services services;
  private final Console console;

  Training(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  /**
   * @return the run at its end
   * @throws CommandFailure where it failed
   */
  Run train(StartRunRequest request, String title) {
    Run run = services.training().startRun(request).getRun();
    console.progress(title + ": run " + run.getRunId());
    return follow(run.getRunId(), title);
  }

  /**
   * @return the run at its end
   * @throws CommandFailure where it failed
   */
  Run follow(String runId, String title) {
    Iterator<WatchRunResponse> changes =
        services.training().watchRun(WatchRunRequest.newBuilder().setRunId(runId).build());
    Run run = Run.getDefaultInstance();
    try (Bar bar = new Bar(console, title, 0);
        LiveRanking ranking = LiveRanking.of(services, runId)) {
      int shownEpochs = -1;
      int shownWarnings = 0;
      int shownCuts = 0;
      while (changes.hasNext()) {
        run = changes.next().getRun();
        bar.of((long) run.getEpochs() * run.getBatchesPerEpoch());
        bar.to(run.getBatchesCompleted(), message(run));
        if (run.getEpochsCompleted() > Math.max(0, shownEpochs)) {
          bar.line(epoch(run) + ranking.text());
        }
        shownEpochs = run.getEpochsCompleted();
        for (; shownCuts < run.getCutsCount(); shownCuts++) {
          bar.line(cut(run, run.getCuts(shownCuts)));
        }
        for (; shownWarnings < run.getWarningsCount(); shownWarnings++) {
          bar.line("warning: " + run.getWarnings(shownWarnings));
        }
      }
    }
    if (run.getState() == RunState.RUN_STATE_FAILED) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "run "
              + runId
              + " failed: "
              + run.getFailure()
              + (run.getCheckpointEpochs() > 0
                  ? "; go on from epoch "
                      + run.getCheckpointEpochs()
                      + " with ./espalier resume "
                      + runId
                  : ""));
    }
    return run;
  }

  private static String message(Run run) {
    if (run.getState() == RunState.RUN_STATE_PREPARING) {
      return "preparing";
    }
    String validation =
        run.hasValidationLoss()
            ? ", " + RunResults.measure(run) + " " + RunResults.value(run, run.getValidationLoss())
            : "";
    return "loss " + Table.number(run.getBatchLoss()) + validation;
  }

  private static String epoch(Run run) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d: loss %s, %s %s, %.1f steps/s%s",
        run.getEpochsCompleted(),
        run.getEpochs(),
        Table.number(run.getTrainingLoss()),
        RunResults.measure(run),
        RunResults.value(run, run.getValidationLoss()),
        run.getBatchesPerSecond(),
        run.hasSecondsLeft() && run.getEpochsCompleted() < run.getEpochs()
            ? ", " + duration(run.getSecondsLeft()) + " left"
            : "");
  }

  private static String cut(Run run, RunCut cut) {
    return String.format(
        Locale.ROOT,
        "cut after epoch %d: %s -> %s parameters, %s %s -> %s",
        cut.getAfterEpochs(),
        Table.count(cut.getParametersBefore()),
        Table.count(cut.getParametersAfter()),
        RunResults.measure(run),
        RunResults.value(run, cut.getValidationLossBefore()),
        RunResults.value(run, cut.getValidationLossAfter()));
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : whole < 3600
            ? whole / 60 + " min " + whole % 60 + " s"
            : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}

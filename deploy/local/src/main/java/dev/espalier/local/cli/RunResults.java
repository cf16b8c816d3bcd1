package dev.espalier.local.cli;

import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunCut;
import dev.espalier.training.v1.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a person gets of a run at its end. */
final class RunResults {
  private static final String PENDULUM = "pendulum";

  private RunResults() {}

  /**
   * Leaves the model and the run's record, with all it takes to run it again, where the user wants
   * them.
   *
   * @param out the folder; null for the model store alone
   * @return where the model lies
   */
  static Path leave(Files files, Run run, Path out) {
    if (out == null) {
      return files.stored(run.getModel());
    }
    try {
      java.nio.file.Files.writeString(out.resolve("run.json"), Console.json(run) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.copy(run.getModel(), out.resolve("model.onnx"));
  }

  static void show(Console console, Run run, Path model) {
    if (run.getCutsCount() > 0) {
      console.line(cuts(run));
      console.line("");
    }
    console.line(line(run) + ", model " + model);
    console.result(json(run, model));
  }

  /** A run's outcome in a line. */
  static String line(Run run) {
    String state =
        run.getState() == RunState.RUN_STATE_COMPLETED
            ? ""
            : state(run) + " after " + run.getEpochsCompleted() + " epochs, ";
    return "run "
        + run.getRunId()
        + ": "
        + state
        + measure(run)
        + " "
        + value(run, run.getInitialValidationLoss())
        + " -> "
        + value(run, run.getValidationLoss());
  }

  /** What a run's validation measures, in words. */
  static String measure(Run run) {
    return run.getTask().equals(PENDULUM) ? "mean return" : "validation loss";
  }

  /** A validation loss as a person reads it. */
  static String value(Run run, double loss) {
    return run.getTask().equals(PENDULUM)
        ? String.format(Locale.ROOT, "%.1f", -loss)
        : Table.number(loss);
  }

  static String state(Run run) {
    return run.getState().name().substring("RUN_STATE_".length()).toLowerCase(Locale.ROOT);
  }

  private static String cuts(Run run) {
    Table table =
        new Table(
            "#after epoch", "#parameters", "", "", "#" + measure(run), "#right after the cut");
    for (RunCut cut : run.getCutsList()) {
      table.row(
          cut.getAfterEpochs(),
          Table.count(cut.getParametersBefore()),
          "-> " + Table.count(cut.getParametersAfter()),
          Table.change(cut.getParametersBefore(), cut.getParametersAfter()),
          value(run, cut.getValidationLossBefore()),
          value(run, cut.getValidationLossAfter()));
    }
    return table.toString();
  }

  static Map<String, Object> json(Run run, Path model) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run", run.getRunId());
    result.put("state", state(run));
    result.put("epochs", run.getEpochsCompleted());
    result.put("initial_validation_loss", run.getInitialValidationLoss());
    result.put("training_loss", run.getTrainingLoss());
    result.put("validation_loss", run.getValidationLoss());
    result.put("dropped_summaries", run.getDroppedSummaries());
    result.put("stale_batches", run.getStaleBatches());
    result.put("seed", run.getRequest().getSeed());
    result.put("data_digest", run.getProvenance().getDataDigest());
    result.put("model_digest", run.getProvenance().getModelDigest());
    result.put("versions", run.getProvenance().getVersionsMap());
    result.put("machine", run.getProvenance().getMachine());
    result.put("model", model.toString());
    return result;
  }
}

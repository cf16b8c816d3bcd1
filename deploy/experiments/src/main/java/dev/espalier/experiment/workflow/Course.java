package dev.espalier.experiment.workflow;

import dev.espalier.experiment.Table;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.RunCut;
import java.util.ArrayList;
import java.util.List;

/** How training went over one run, or over one and the fine-tuning of what was cut from it. */
final class Course {
  private final Table.Builder epochs =
      Table.of("epochs", "epoch", "parameters", "validation_loss", "seconds");
  private final Table.Builder cuts =
      Table.of(
          "cuts",
          "after_epochs",
          "parameters_before",
          "parameters_after",
          "loss_before",
          "loss_after");
  private final List<TrainedRun> runs = new ArrayList<>();
  private int done;
  private double seconds;
  private double parameterEpochs;

  /** A run that begins where the last one ended, whose model may have been cut in between. */
  Course then(TrainedRun run) {
    List<RunCut> made = run.run().getCutsList();
    long parameters =
        made.isEmpty() ? run.model().parameters() : made.getFirst().getParametersBefore();
    if (!runs.isEmpty()) {
      TrainedRun before = runs.getLast();
      cuts.row(done, before.model().parameters(), parameters, before.loss(), run.initialLoss());
    }
    for (int epoch = 0; epoch < run.epochs().size(); epoch++) {
      for (RunCut cut : made) {
        if (cut.getAfterEpochs() == epoch) {
          parameters = cut.getParametersAfter();
          cuts.row(
              done,
              cut.getParametersBefore(),
              parameters,
              cut.getValidationLossBefore(),
              cut.getValidationLossAfter());
        }
      }
      EpochCompleted end = run.epochs().get(epoch);
      epochs.row(++done, parameters, end.getValidationLoss(), end.getSeconds());
      seconds += end.getSeconds();
      parameterEpochs += parameters;
    }
    runs.add(run);
    return this;
  }

  /** Epochs, cuts and what stands at the end. */
  List<Table> tables() {
    TrainedRun last = runs.getLast();
    return List.of(
        epochs.build(),
        cuts.build(),
        Table.of("end", "validation_loss", "parameters", "parameter_epochs", "seconds")
            .row(last.loss(), last.model().parameters(), parameterEpochs, seconds)
            .build());
  }
}

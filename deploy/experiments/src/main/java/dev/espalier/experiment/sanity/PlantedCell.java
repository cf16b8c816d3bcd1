package dev.espalier.experiment.sanity;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.experiment.cut.RunCutter;
import dev.espalier.importance.v1.Diagnosis;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.plan.Target;
import dev.espalier.training.v1.RunCut;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Trains a run with its plant, cuts what it ended with, and writes down what was said of it. */
final class PlantedCell {
  private final PlantedRun planted;
  private final Bench bench;

  PlantedCell(Cell cell, Bench bench) {
    this.bench = bench;
    planted = new PlantedRun(Plant.of(cell.get(Sanity.PLANT)), bench.setup().quick(), cell.seed());
  }

  List<Table> run() throws IOException, InterruptedException {
    TrainedRun run = bench.train(planted.request(bench));
    bench.done(0.7);
    RunCutter cutter = RunCutter.of(run);
    Pruner.Result cut =
        (planted.plant() == Plant.RUINED ? cutter.turned() : cutter)
            .cut(new Target.Parameters(planted.share()));
    TrainedRun after = bench.train(planted.after(bench.keep("cut", cut.pruned())));
    List<CutRow> cuts = new ArrayList<>();
    for (RunCut made : run.run().getCutsList()) {
      cuts.add(onTheWay(run, made));
    }
    cuts.add(
        new CutRow(
            CutRow.AT_THE_END,
            cut.plan().share(),
            run.initialLoss(),
            run.loss(),
            after.initialLoss(),
            said(after)));
    bench.done(1);
    return List.of(
        ScoreTable.of(run.snapshots()), diagnoses(run), losses(run), cuts(cuts), proofs(run, cut));
  }

  private static CutRow onTheWay(TrainedRun run, RunCut made) {
    return new CutRow(
        "after-" + made.getAfterEpochs() + "-epochs",
        1 - (double) made.getParametersAfter() / made.getParametersBefore(),
        run.initialLoss(),
        made.getValidationLossBefore(),
        made.getValidationLossAfter(),
        said(run));
  }

  private static List<String> said(TrainedRun run) {
    List<String> words = new ArrayList<>(run.run().getWarningsList());
    run.ranking().getDiagnosesList().forEach(diagnosis -> words.add(kind(diagnosis)));
    return words;
  }

  private static String kind(Diagnosis diagnosis) {
    return diagnosis.getKind().name().replace("DIAGNOSIS_KIND_", "");
  }

  private static Table diagnoses(TrainedRun run) {
    Table.Builder table = Table.of("diagnoses", "kind", "first_epoch", "last_epoch", "evidence");
    for (Diagnosis diagnosis : run.ranking().getDiagnosesList()) {
      table.row(
          kind(diagnosis),
          diagnosis.getFirstEpoch(),
          diagnosis.getLastEpoch(),
          String.join(
              "; ",
              diagnosis.getEvidenceList().stream()
                  .map(number -> number.getName() + " = " + number.getValue())
                  .toList()));
    }
    return table.build();
  }

  private static Table losses(TrainedRun run) {
    Table.Builder table = Table.of("losses", "epoch", "training_loss", "validation_loss");
    run.epochs()
        .forEach(
            epoch ->
                table.row(
                    epoch.getEpoch() + 1, epoch.getTrainingLoss(), epoch.getValidationLoss()));
    return table.build();
  }

  private static Table cuts(List<CutRow> cuts) {
    Table.Builder table =
        Table.of(
            "cuts", "cut", "removed", "untrained", "before", "after", "lost", "reported", "said");
    for (CutRow cut : cuts) {
      table.row(
          cut.cut(),
          cut.removed(),
          cut.untrained(),
          cut.before(),
          cut.after(),
          cut.lost(),
          cut.reported(),
          String.join("; ", cut.words()));
    }
    return table.build();
  }

  /** A cut on the way has been compared with its twin by the pruner, or it is not made. */
  private Table proofs(TrainedRun run, Pruner.Result cut) throws IOException {
    int asked = planted.cutOnTheWay() ? 1 : 0;
    OnnxModel whole = run.model();
    return Table.of(
            "proofs", "cuts_asked", "cuts_made", "twin_difference", "twin_agrees", "shape_problem")
        .row(
            asked,
            run.run().getCutsCount(),
            cut.verification().maxRelative(),
            !cut.verification().wrong(),
            problems(whole, cut.pruned()))
        .build();
  }

  /** The run's own model, cut on the way or not, against a fresh one; the cut one against it. */
  private String problems(OnnxModel whole, OnnxModel cut) {
    String first = CutShapes.problem(PlantedRun.dead(planted.seed()), whole);
    return first.isEmpty() ? CutShapes.problem(whole, cut) : first;
  }
}

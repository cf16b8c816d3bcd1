package dev.espalier.experiment.ablation;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Group;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.training.v1.PenaltyMode;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Cuts one trained autoencoder by many methods: how the groups share a cut and which units go are
 * told apart. All methods of a seed cut the same network; it is trained on uncut beside them.
 */
public final class Ablation implements Experiment {
  static final String METHOD = "method";

  /** The method of the cells that cut nothing, but train on as those that do. */
  static final String UNCUT = "uncut";

  private static final int EPOCHS = 10;
  private static final int QUICK_EPOCHS = 2;
  private static final int QUICK_DIGITS = 600;
  private static final int SEEDS = 8;

  @Override
  public String name() {
    return "ablation";
  }

  @Override
  public String question() {
    return "Which importance shares a cut best over the groups, which score finds the units that can"
        + " go, and how do both compare with norms, chance and equal shares?";
  }

  @Override
  public int seeds(boolean quick) {
    return quick ? 1 : SEEDS;
  }

  @Override
  public List<Cell> cells(Setup setup) {
    List<Cell> cells = new ArrayList<>();
    for (long seed = 1; seed <= setup.seeds(); seed++) {
      cells.add(new Cell(Map.of(METHOD, UNCUT), seed));
      for (Method method : Method.all(setup.quick())) {
        cells.add(new Cell(Map.of(METHOD, method.label()), seed));
      }
    }
    return cells;
  }

  /** Shares of the parameters to remove, in percent. */
  static List<Integer> percents(boolean quick) {
    return quick ? List.of(50, 90) : List.of(30, 50, 70, 90);
  }

  @Override
  public List<Table> run(Cell cell, Bench bench) throws IOException, InterruptedException {
    StartRunRequest training = training(bench.setup(), cell.seed());
    TrainedRun run = bench.trainOnce(training);
    if (cell.get(METHOD).equals(UNCUT)) {
      return uncut(training, run, bench);
    }
    Method method = Method.of(cell.get(METHOD));
    Cutting cutting = Cutting.of(run);
    Table.Builder cuts =
        Table.of(
            "cuts",
            "removed_percent",
            "parameters_before",
            "parameters",
            "macs_before",
            "macs",
            "mse_uncut",
            "mse_cut",
            "mse_tuned",
            "twin_difference");
    Table.Builder groups = Table.of("groups", "removed_percent", "group", "units", "kept");
    List<Integer> percents = percents(bench.setup().quick());
    for (int i = 0; i < percents.size(); i++) {
      int percent = percents.get(i);
      Pruner.Result cut =
          cutting.cut(
              percent / 100.0,
              method.sharing().allocation(run.ranking(), cell.seed()),
              method.units().score(cutting, cell.seed()));
      TrainedRun tuned = bench.train(tuning(training, bench.keep("cut-" + percent, cut.pruned())));
      cuts.row(
          percent,
          cut.before().parameters(),
          cut.after().parameters(),
          cut.before().macs(),
          cut.after().macs(),
          run.loss(),
          tuned.initialLoss(),
          tuned.loss(),
          cut.verification().maxRelative());
      List<Group> all = cutting.traced().graph().groups();
      for (int g = 0; g < all.size(); g++) {
        int kept = cut.plan().kept(cutting.traced().graph(), g);
        groups.row(percent, all.get(g).id(), all.get(g).units(), kept);
      }
      bench.done((i + 1.0) / percents.size());
    }
    return List.of(cuts.build(), groups.build());
  }

  /** What the further epoch alone does, with which cut networks are fine-tuned. */
  private static List<Table> uncut(StartRunRequest training, TrainedRun run, Bench bench)
      throws IOException, InterruptedException {
    TrainedRun tuned = bench.train(tuning(training, bench.keep(UNCUT, run.model())));
    bench.done(1);
    return List.of(
        Table.of(UNCUT, "parameters", "mse_uncut", "mse_initial", "mse_tuned")
            .row(run.model().parameters(), run.loss(), tuned.initialLoss(), tuned.loss())
            .build());
  }

  private static StartRunRequest training(Setup setup, long seed) {
    StartRunRequest.Builder request =
        StartRunRequest.newBuilder()
            .setTask(Autoencoder.NAME)
            .setSeed(seed)
            .setEpochs(setup.quick() ? QUICK_EPOCHS : EPOCHS);
    if (setup.quick() && setup.data().isEmpty()) {
      request.getAutoencoderBuilder().setDrawnDigits(QUICK_DIGITS);
    }
    return request.build();
  }

  /** One epoch on the same data, without a penalty; it is validated before its first step. */
  private static StartRunRequest tuning(StartRunRequest training, String model) {
    StartRunRequest.Builder request = training.toBuilder().setModel(model).setEpochs(1);
    request
        .setUnitSummaryEvery(0)
        .getImportanceBuilder()
        .setPenaltyMode(PenaltyMode.PENALTY_MODE_OFF);
    return request.build();
  }

  @Override
  public Findings findings(Setup setup, List<CellResult> results) {
    return AblationFindings.of(setup, Losses.of(results));
  }
}

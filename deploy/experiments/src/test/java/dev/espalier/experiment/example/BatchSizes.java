package dev.espalier.experiment.example;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.experiment.statistics.Interval;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The example of docs/experiments.md. */
public final class BatchSizes implements Experiment {
  @Override
  public String name() {
    return "batch-sizes";
  }

  @Override
  public String question() {
    return "Does a larger batch change how important the latent layer is?";
  }

  @Override
  public int seeds(boolean quick) {
    return quick ? 1 : 5;
  }

  @Override
  public List<Cell> cells(Setup setup) {
    List<Cell> cells = new ArrayList<>();
    for (String batch : List.of("32", "256")) {
      for (int seed = 1; seed <= setup.seeds(); seed++) {
        cells.add(new Cell(Map.of("batch", batch), seed));
      }
    }
    return cells;
  }

  @Override
  public List<Table> run(Cell cell, Bench bench) throws IOException, InterruptedException {
    TrainedRun run =
        bench.train(
            StartRunRequest.newBuilder()
                .setTask("autoencoder")
                .setEpochs(bench.setup().quick() ? 1 : 5)
                .setBatchSize(Integer.parseInt(cell.get("batch")))
                .setSeed(cell.seed())
                .build());
    Table.Builder groups = Table.of("groups", "group", "importance");
    for (GroupImportance group : run.ranking().getGroupsList()) {
      groups.row(group.getGroupId(), group.getImportance());
    }
    return List.of(groups.build());
  }

  @Override
  public Findings findings(Setup setup, List<CellResult> results) {
    Table.Builder latent = Table.of("latent", "batch", "importance", "low", "high");
    for (String batch : List.of("32", "256")) {
      Interval share =
          Interval.of(
              results.stream()
                  .filter(result -> result.cell().get("batch").equals(batch))
                  .map(result -> result.table("groups").where("group", "encoder.4"))
                  .mapToDouble(group -> group.numbers("importance")[0])
                  .toArray());
      latent.row(batch, share.mean(), share.low(), share.high());
    }
    return new Findings(
        List.of(),
        List.of(
            new Findings.Section(
                "The latent layer's importance",
                "Mean over seeds, with 95 % intervals.",
                List.of(),
                List.of(latent.build()))));
  }
}

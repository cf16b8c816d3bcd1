package dev.espalier.experiment.latent;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.experiment.compare.Outcomes;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.trainer.data.Dataset;
import dev.espalier.trainer.data.DrawnDigits;
import dev.espalier.trainer.data.IdxFolder;
import dev.espalier.trainer.task.Loss;
import dev.espalier.trainer.task.Supervised;
import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains autoencoders of digits with latent layers of several sizes and follows what the group that
 * couples encoder and decoder is worth, beside the same gradients shuffled across parameters.
 */
public final class LatentSweep implements Experiment {
  static final String NETWORK = "network";
  static final String LATENT = "latent";
  private static final String MLP = "mlp";
  private static final String CONV = "conv";
  private static final int BATCH = 128;
  private static final int QUICK_EPOCHS = 2;
  private static final int EPOCHS = 10;
  private static final int QUICK_DIGITS = 500;
  private static final int DIGITS = 6000;
  private static final int PROBED_BATCHES = 8;
  private static final int QUICK_SHUFFLES = 50;
  private static final int SHUFFLES = 200;

  /** Made by name. */
  public LatentSweep() {}

  @Override
  public String name() {
    return "latent-sweep";
  }

  @Override
  public String question() {
    return "Does the group that couples encoder and decoder lose importance as the latent"
        + " dimension grows?";
  }

  @Override
  public int seeds(boolean quick) {
    return quick ? 2 : 5;
  }

  @Override
  public List<Cell> cells(Setup setup) {
    List<Cell> cells = new ArrayList<>();
    for (String latent : setup.quick() ? List.of("64", "8") : List.of("512", "256", "64", "8")) {
      for (String network : List.of(CONV, MLP)) {
        for (long seed = 1; seed <= setup.seeds(); seed++) {
          Map<String, String> settings = new LinkedHashMap<>();
          settings.put(NETWORK, network);
          settings.put(LATENT, latent);
          cells.add(new Cell(settings, seed));
        }
      }
    }
    return cells;
  }

  @Override
  public List<Table> run(Cell cell, Bench bench) throws IOException, InterruptedException {
    Setup setup = bench.setup();
    TrainedRun run = bench.train(request(cell, bench));
    check(cell, run);
    bench.done(0.8);
    int epochs = run.run().getEpochs();
    GradientField field;
    try (Supervised objective = objective(run)) {
      int batches = Math.min(PROBED_BATCHES, objective.batchesPerEpoch());
      field = GradientProbe.of(run.model(), run.graph(), objective, epochs, batches);
    }
    bench.done(0.85);
    double[][][] shuffles =
        ShuffledGradients.sums(field, setup.quick() ? QUICK_SHUFFLES : SHUFFLES, cell.seed());
    bench.done(1);
    return List.of(
        CellTables.groups(run.snapshots(), run.graph(), field.parameters()),
        CellTables.shuffled(run.graph(), field, shuffles),
        CellTables.losses(run.epochs()),
        CellTables.run(run));
  }

  private static StartRunRequest request(Cell cell, Bench bench) throws IOException {
    boolean quick = bench.setup().quick();
    boolean mlp = cell.get(NETWORK).equals(MLP);
    int latent = Integer.parseInt(cell.get(LATENT));
    AutoencoderSettings.Builder settings = AutoencoderSettings.newBuilder();
    if (bench.setup().data().isEmpty()) {
      settings.setDrawnDigits(quick ? QUICK_DIGITS : DIGITS);
    }
    StartRunRequest.Builder request =
        StartRunRequest.newBuilder()
            .setTask("autoencoder")
            .setEpochs(quick ? QUICK_EPOCHS : EPOCHS)
            .setBatchSize(BATCH)
            .setSeed(cell.seed())
            .setUnitSummaryEvery(0);
    if (mlp) {
      settings.setLatent(latent);
    } else {
      request.setModel(
          bench.keep("untrained", new ConvolutionalAutoencoder(latent).fresh(cell.seed())));
    }
    return request.setAutoencoder(settings).build();
  }

  private static void check(Cell cell, TrainedRun run) {
    List<String> coupling =
        run.graph().getGroupsList().stream()
            .filter(group -> group.getKind() == GroupKind.GROUP_KIND_COUPLING)
            .map(Group::getId)
            .toList();
    if (coupling.size() != 1) {
      throw new IllegalStateException(
          cell.key() + ": one group must couple encoder and decoder, not " + coupling);
    }
  }

  /** The run's own data, in batches as it had them. */
  private static Supervised objective(TrainedRun run) throws IOException {
    StartRunRequest request = run.run().getRequest();
    Dataset data =
        request.getData().isEmpty()
            ? Dataset.split(
                DrawnDigits.draw(request.getAutoencoder().getDrawnDigits(), request.getSeed()))
            : IdxFolder.read(request.getData(), Runtime.getRuntime().maxMemory());
    return new Supervised(run.model(), data, Loss.MSE, request.getBatchSize(), request.getSeed());
  }

  @Override
  public Findings findings(Setup setup, List<CellResult> results) {
    Findings findings = LatentFindings.of(results);
    return setup.quick()
        ? new Findings(
            findings.verdicts().stream().map(Outcomes::opened).toList(), findings.sections())
        : findings;
  }
}

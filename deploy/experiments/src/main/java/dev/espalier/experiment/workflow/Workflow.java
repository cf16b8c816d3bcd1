package dev.espalier.experiment.workflow;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.experiment.cut.RunCutter;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.plan.Target.Parameters;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.Target;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.training.v1.Milestone;
import dev.espalier.training.v1.PenaltyMode;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Cuts an autoencoder while it trains and after it has, to the same size in as many epochs. */
public final class Workflow implements Experiment {
  static final String REMOVED = "removed_percent";
  static final String SCHEME = "scheme";
  private static final int EPOCHS = 12;
  private static final int QUICK_EPOCHS = 6;
  private static final int QUICK_DIGITS = 600;
  private static final int SEEDS = 5;

  @Override
  public String name() {
    return "workflow";
  }

  @Override
  public String question() {
    return "Is a network that is cut once, twice or four times while it trains as good as one that is"
        + " cut after training, at the same size and after as many epochs, and what does it cost?";
  }

  @Override
  public int seeds(boolean quick) {
    return quick ? 1 : SEEDS;
  }

  @Override
  public List<Cell> cells(Setup setup) {
    List<Cell> cells = new ArrayList<>();
    for (long seed = 1; seed <= setup.seeds(); seed++) {
      cells.add(cell(0, Scheme.NEVER, seed));
      for (int percent : percents(setup.quick())) {
        for (Scheme scheme : Scheme.values()) {
          if (scheme != Scheme.NEVER) {
            cells.add(cell(percent, scheme, seed));
          }
        }
      }
    }
    return cells;
  }

  private static Cell cell(int percent, Scheme scheme, long seed) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(REMOVED, Integer.toString(percent));
    settings.put(SCHEME, scheme.label());
    return new Cell(settings, seed);
  }

  /** Shares of the parameters to remove in all, in percent. */
  static List<Integer> percents(boolean quick) {
    return quick ? List.of(50) : List.of(50, 70);
  }

  /** Epochs in all. */
  static int epochs(boolean quick) {
    return quick ? QUICK_EPOCHS : EPOCHS;
  }

  @Override
  public List<Table> run(Cell cell, Bench bench) throws IOException, InterruptedException {
    Scheme scheme = Scheme.of(cell.get(SCHEME));
    double removed = Integer.parseInt(cell.get(REMOVED)) / 100.0;
    Course course = new Course();
    if (scheme.cutsAfter()) {
      after(scheme, removed, cell, bench, course);
    } else {
      course.then(bench.train(cutting(scheme, removed, request(bench.setup(), cell.seed()))));
    }
    bench.done(1);
    return course.tables();
  }

  private static StartRunRequest request(Setup setup, long seed) {
    StartRunRequest.Builder request =
        StartRunRequest.newBuilder()
            .setTask(Autoencoder.NAME)
            .setSeed(seed)
            .setEpochs(epochs(setup.quick()));
    if (setup.quick() && setup.data().isEmpty()) {
      request.getAutoencoderBuilder().setDrawnDigits(QUICK_DIGITS);
    }
    return request.build();
  }

  /** A run that is cut on its way, each time by the same share of what is there then. */
  private static StartRunRequest cutting(Scheme scheme, double removed, StartRunRequest whole) {
    StartRunRequest.Builder request = whole.toBuilder();
    List<Integer> cuts = scheme.cuts(whole.getEpochs());
    for (int epoch : cuts) {
      request.addMilestones(
          Milestone.newBuilder()
              .setAfterEpochs(epoch)
              .setTarget(
                  Target.newBuilder().setParametersShare(Scheme.shareOfEach(removed, cuts.size())))
              .setAllocation(Allocation.ALLOCATION_IMPORTANCE)
              .setChannelScore(ChannelScore.CHANNEL_SCORE_TAYLOR));
    }
    return request.build();
  }

  private static void after(Scheme scheme, double removed, Cell cell, Bench bench, Course course)
      throws IOException, InterruptedException {
    StartRunRequest whole = request(bench.setup(), cell.seed());
    int before = scheme.cuts(whole.getEpochs()).getFirst();
    TrainedRun trained = bench.trainOnce(whole.toBuilder().setEpochs(before).build());
    bench.done((double) before / whole.getEpochs());
    OnnxModel pruned = RunCutter.of(trained).cut(new Parameters(removed)).pruned();
    StartRunRequest.Builder tuning =
        whole.toBuilder().setEpochs(whole.getEpochs() - before).setModel(bench.keep("cut", pruned));
    if (scheme == Scheme.AFTER_PLAIN) {
      tuning.getImportanceBuilder().setPenaltyMode(PenaltyMode.PENALTY_MODE_OFF);
    }
    course.then(trained).then(bench.train(tuning.build()));
  }

  @Override
  public Findings findings(Setup setup, List<CellResult> results) {
    return WorkflowFindings.of(setup, Courses.of(results));
  }
}

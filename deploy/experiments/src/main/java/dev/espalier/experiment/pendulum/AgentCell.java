package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.experiment.cut.RunCutter;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.plan.Target;
import dev.espalier.trainer.tdmpc.PendulumJudge;
import dev.espalier.trainer.tdmpc.TdMpcSettings;
import dev.espalier.training.v1.PendulumSettings;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Trains an agent, or takes the seed's that is trained, cuts it and judges it. */
final class AgentCell {
  /** Right after the cut. */
  static final String CUT = "cut";

  /** After some episodes more. */
  static final String TUNED = "tuned";

  private final Cell cell;
  private final Bench bench;
  private final Effort effort;
  private final BiFunction<OnnxModel, Integer, PendulumJudge.Judgement> judge;
  private final String component;
  private final double ratio;
  private final Table.Builder agents =
      Table.of(
          "agents",
          "phase",
          "parameters",
          "removed",
          "removed_of_component",
          "macs",
          "twin_difference",
          "mean_return",
          "planning_ms",
          "planning_ms_unpruned");
  private final Table.Builder returns = Table.of("returns", "phase", "start", "return");

  AgentCell(Cell cell, Bench bench, Effort effort) {
    this(cell, bench, effort, new PendulumJudge(TdMpcSettings.defaults())::judge);
  }

  /**
   * @param judge plays a model from the first so many fixed starts
   */
  AgentCell(
      Cell cell,
      Bench bench,
      Effort effort,
      BiFunction<OnnxModel, Integer, PendulumJudge.Judgement> judge) {
    this.judge = judge;
    this.cell = cell;
    this.bench = bench;
    this.effort = effort;
    component = cell.get(PendulumExperiment.COMPONENT);
    ratio = Double.parseDouble(cell.get(PendulumExperiment.RATIO));
  }

  List<Table> run() throws IOException, InterruptedException {
    TrainedRun trained = bench.trainOnce(request(effort.episodes(), "", cell.seed()));
    bench.done(0.5);
    Agent agent = agent(trained);
    judge(CUT, agent, agent.model(), trained.model());
    bench.done(0.7);
    boolean whole =
        component.equals(PendulumExperiment.ALL) || component.equals(PendulumExperiment.NONE);
    if (whole && effort.moreEpisodes() > 0) {
      String name = bench.keep("cut", agent.model());
      StartRunRequest more = request(effort.moreEpisodes(), name, cell.seed() + 1000);
      judge(TUNED, agent, bench.train(more).model(), trained.model());
    }
    bench.done(1);
    List<Table> tables = new ArrayList<>(List.of(agents.build(), returns.build()));
    if (component.equals(PendulumExperiment.NONE)) {
      tables.add(importance(trained.snapshots()));
    }
    return tables;
  }

  private static StartRunRequest request(int episodes, String model, long seed) {
    return StartRunRequest.newBuilder()
        .setTask("pendulum")
        .setModel(model)
        .setEpochs(episodes)
        .setSeed(seed)
        .setPendulum(PendulumSettings.newBuilder().setValidationStarts(1))
        .build();
  }

  /**
   * @param removedOfComponent share of the component's parameters, or of the whole agent's
   */
  private record Agent(
      OnnxModel model, double removedOfComponent, double removed, long macs, double twin) {}

  private Agent agent(TrainedRun trained) {
    if (component.equals(PendulumExperiment.NONE)) {
      return new Agent(trained.model(), 0, 0, trained.graph().getMacs(), 0);
    }
    boolean all = component.equals(PendulumExperiment.ALL);
    Target target =
        all ? new Target.Parameters(ratio) : new Target.Components(Map.of(component, ratio));
    Pruner.Result cut = RunCutter.of(trained).cut(target);
    double removed = cut.plan().share();
    return new Agent(
        cut.pruned(),
        all ? removed : cut.reached().components().get(component).reached(),
        removed,
        cut.after().macs(),
        cut.verification().maxRelative());
  }

  /**
   * The agent plans between two turns of the unpruned one, whose mean counts: what grows or wanes
   * meanwhile, such as the load or what is compiled, meets both alike.
   */
  private void judge(String phase, Agent agent, OnnxModel model, OnnxModel unpruned) {
    double before = judge.apply(unpruned, 1).planningMillis();
    double millis = judge.apply(model, 1).planningMillis();
    double after = judge.apply(unpruned, 1).planningMillis();
    double unprunedMillis = (before + after) / 2;
    PendulumJudge.Judgement judged = judge.apply(model, effort.starts());
    agents.row(
        phase,
        judged.parameters(),
        agent.removed(),
        agent.removedOfComponent(),
        agent.macs(),
        agent.twin(),
        judged.meanReturn(),
        millis,
        unprunedMillis);
    for (int start = 0; start < judged.starts(); start++) {
      returns.row(phase, start, judged.returns().get(start));
    }
  }

  private static Table importance(List<ImportanceSnapshot> snapshots) {
    Table.Builder table =
        Table.of(
            "importance",
            "epoch",
            "group",
            "kind",
            "components",
            "parameters",
            "rank",
            "importance",
            "gradient_accumulation",
            "fisher_information",
            "bayesian_uncertainty");
    for (ImportanceSnapshot snapshot : snapshots) {
      for (GroupImportance group : snapshot.getGroupsList()) {
        table.row(
            snapshot.getEpochsCompleted(),
            group.getGroupId(),
            group.getComponentsCount() > 1 ? "coupling" : "component",
            String.join("+", group.getComponentsList()),
            group.getParameters(),
            group.getRank(),
            group.getImportance(),
            group.getGradientAccumulation(),
            group.getFisherInformation(),
            group.getBayesianUncertainty());
      }
    }
    return table.build();
  }
}

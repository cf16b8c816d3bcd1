package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Results of a whole grid that nobody ran, with outcomes planted in them. */
final class MadeAgents {
  static final Setup SETUP = new Setup(3, false, Optional.empty());
  private static final int STARTS = 20;
  private static final int EPOCHS = 6;

  /** Return lost by a cut. */
  interface Loss {
    double of(String component, double ratio);
  }

  /** A group's score after an episode. */
  interface Score {
    double of(String component, int epoch, long seed);
  }

  private MadeAgents() {}

  static List<CellResult> results(Loss loss, Score score) {
    List<CellResult> results = new ArrayList<>();
    for (Cell cell : new PendulumExperiment().cells(SETUP)) {
      results.add(result(cell, loss, score));
    }
    return results;
  }

  /** The same result, its agent planning in so many milliseconds. */
  static CellResult planningIn(CellResult result, double milliseconds) {
    Table agents = result.table("agents");
    int planning = agents.column("planning_ms");
    List<List<Object>> rows = new ArrayList<>();
    for (List<Object> row : agents.rows()) {
      List<Object> changed = new ArrayList<>(row);
      changed.set(planning, milliseconds);
      rows.add(changed);
    }
    List<Table> tables = new ArrayList<>(result.tables());
    tables.set(tables.indexOf(agents), new Table(agents.name(), agents.columns(), rows));
    return new CellResult(result.cell(), result.seconds(), result.runs(), tables);
  }

  private static CellResult result(Cell cell, Loss loss, Score score) {
    String component = cell.get(PendulumExperiment.COMPONENT);
    double ratio = Double.parseDouble(cell.get(PendulumExperiment.RATIO));
    double share = component.equals(PendulumExperiment.ALL) ? ratio : ratio / 6;
    boolean none = component.equals(PendulumExperiment.NONE);
    double lost = none ? 0 : loss.of(component, ratio);
    Random noise = new Random(cell.key().hashCode());
    Table.Builder returns = Table.of("returns", "phase", "start", "return");
    double sum = 0;
    for (int start = 0; start < STARTS; start++) {
      double value = -10.0 * start - cell.seed() - lost + (none ? 0 : noise.nextGaussian());
      sum += value;
      returns.row(AgentCell.CUT, start, value);
    }
    List<Table> tables = new ArrayList<>();
    tables.add(
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
                "planning_ms_unpruned")
            .row(
                AgentCell.CUT,
                (int) (1000 * (1 - share)),
                share,
                ratio,
                (int) (1000 * (1 - share)),
                1e-8,
                sum / STARTS,
                4 - 2 * share + 0.01 * cell.seed(),
                4.0)
            .build());
    tables.add(returns.build());
    if (none) {
      tables.add(importance(cell.seed(), score));
    }
    return new CellResult(cell, 1, List.of(), tables);
  }

  private static Table importance(long seed, Score score) {
    Table.Builder table =
        Table.of(
            "importance",
            "epoch",
            "group",
            "kind",
            "components",
            "importance",
            "gradient_accumulation",
            "fisher_information",
            "bayesian_uncertainty");
    List<String> components = List.of("encoder", "", "dynamics", "reward", "q1", "q2", "policy");
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      int at = epoch;
      double sum = components.stream().mapToDouble(c -> score.of(c, at, seed)).sum();
      for (String component : components) {
        double share = score.of(component, epoch, seed) / sum;
        table.row(
            epoch,
            component.isEmpty() ? "encoder.2" : component + ".0",
            component.isEmpty() ? "coupling" : "component",
            component.isEmpty() ? "dynamics+encoder" : component,
            share,
            share,
            share,
            share);
      }
    }
    return table.build();
  }
}

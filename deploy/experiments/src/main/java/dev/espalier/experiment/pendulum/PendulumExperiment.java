package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.compare.Contrast;
import dev.espalier.experiment.compare.Outcomes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A TD-MPC agent on the inverted pendulum: what its groups weigh while it learns, and what it is
 * worth when it is cut as a whole or in one component.
 */
public final class PendulumExperiment implements Experiment {
  static final String COMPONENT = "component";
  static final String RATIO = "ratio";

  /** In place of a component: nothing is cut. */
  static final String NONE = "none";

  /** In place of a component: parameters of the whole agent go. */
  static final String ALL = "all";

  private static final List<String> RATIOS = List.of("0.1", "0.3", "0.5", "0.7");
  private static final List<String> COMPONENT_RATIOS = List.of("0.3", "0.6");
  private static final List<String> COMPONENTS =
      List.of("encoder", "dynamics", "reward", "q1", "q2", "policy");

  @Override
  public String name() {
    return "pendulum";
  }

  @Override
  public String question() {
    return "Does a TD-MPC agent's encoder outrank the groups that couple its components, and how far"
        + " can the agent be cut before it plays worse?";
  }

  @Override
  public int seeds(boolean quick) {
    return quick ? 1 : 3;
  }

  @Override
  public boolean usesData() {
    return false;
  }

  /** Seeds run innermost: two workers then train two agents, not wait for one. */
  @Override
  public List<Cell> cells(Setup setup) {
    List<Map<String, String>> grid = new ArrayList<>();
    grid.add(setting(NONE, "0"));
    for (String ratio : setup.quick() ? List.of("0.3") : RATIOS) {
      grid.add(setting(ALL, ratio));
    }
    for (String component : setup.quick() ? List.of("dynamics") : COMPONENTS) {
      for (String ratio : setup.quick() ? List.of("0.3") : COMPONENT_RATIOS) {
        grid.add(setting(component, ratio));
      }
    }
    List<Cell> cells = new ArrayList<>();
    for (Map<String, String> settings : grid) {
      for (long seed = 1; seed <= setup.seeds(); seed++) {
        cells.add(new Cell(settings, seed));
      }
    }
    return cells;
  }

  private static Map<String, String> setting(String component, String ratio) {
    Map<String, String> setting = new LinkedHashMap<>();
    setting.put(COMPONENT, component);
    setting.put(RATIO, ratio);
    return setting;
  }

  @Override
  public List<Table> run(Cell cell, Bench bench) throws IOException, InterruptedException {
    return new AgentCell(cell, bench, Effort.of(bench.setup().quick())).run();
  }

  @Override
  public Findings findings(Setup setup, List<CellResult> results) {
    GroupFindings groups = GroupFindings.of(results);
    ReturnFindings returns = ReturnFindings.of(results);
    PlanningFindings planning = PlanningFindings.of(results);
    List<Verdict> verdicts = new ArrayList<>();
    verdicts.addAll(groups.verdicts());
    verdicts.addAll(returns.verdicts());
    verdicts.add(planning.verdict());
    List<Section> sections = new ArrayList<>();
    sections.add(groups.section());
    sections.addAll(returns.sections());
    sections.add(planning.section());
    boolean enough = !setup.quick() && setup.seeds() >= Contrast.FEWEST_SEEDS;
    return new Findings(
        enough ? verdicts : verdicts.stream().map(Outcomes::opened).toList(), sections);
  }
}

package dev.espalier.experiment.sanity;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.compare.Outcomes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** What the checks say. */
final class SanityFindings {
  private SanityFindings() {}

  static Findings of(Setup setup, List<CellResult> results) {
    List<CheckedRun> runs = results.stream().map(CheckedRun::of).toList();
    UnaryOperator<Verdict> claimed = setup.quick() ? Outcomes::opened : verdict -> verdict;
    List<Verdict> verdicts =
        List.of(
            claimed.apply(RunVerdicts.healthy(runs)),
            claimed.apply(
                RunVerdicts.planted(
                    runs, Plant.DEAD, "Dead units, which leave every group alike, are FLAT.")),
            claimed.apply(
                RunVerdicts.planted(
                    runs,
                    Plant.STUCK,
                    "Scores that stay as they are over the epochs, since nothing is learned, are"
                        + " FLAT.")),
            claimed.apply(
                RunVerdicts.planted(
                    runs,
                    Plant.RESTLESS,
                    "Rankings that turn from epoch to epoch are OSCILLATING.")),
            CutVerdicts.shapes(runs),
            claimed.apply(CutVerdicts.silence(runs)));
    return new Findings(
        verdicts, List.of(healthy(runs, results), planted(runs, results), cuts(results)));
  }

  private static Section healthy(List<CheckedRun> runs, List<CellResult> results) {
    List<Chart> charts = new ArrayList<>();
    for (String metric : Arrays.copyOf(Scores.METRICS, Scores.RAW)) {
      charts.addAll(SanityCharts.scores(runs, Plant.HEALTHY, metric, groups(results)));
    }
    charts.add(SanityCharts.stability(runs));
    return new Section(
        "Scores of healthy runs",
        "Raw scores, smoothed but not yet turned into shares. The stability of the ranking is that"
            + " of the combined score; where all groups tie it is not known.",
        charts,
        List.of(checks(runs)));
  }

  private static Section planted(List<CheckedRun> runs, List<CellResult> results) {
    List<Chart> charts = new ArrayList<>();
    for (Plant plant : List.of(Plant.DEAD, Plant.STUCK, Plant.RESTLESS, Plant.RUINED)) {
      charts.addAll(SanityCharts.scores(runs, plant, Scores.METRICS[0], groups(results)));
    }
    return new Section(
        "Scores where a failure is planted",
        "dead: the last hidden layer never wakes, all scores are 0 and have no line. stuck: a"
            + " learning rate of 1e-9. restless: no smoothing and a learning rate of 0.2."
            + " ruined: 95 % of the parameters cut on the way.",
        charts,
        List.of());
  }

  private static Section cuts(List<CellResult> results) {
    return new Section(
        "Cuts",
        "lost is the share of what training had gained in loss that a cut takes back, at least a"
            + " tenth of the untrained loss counting as gained. A cut at the end of a ruined run"
            + " takes what matters most first.",
        List.of(),
        List.of(gathered(results, "cuts"), gathered(results, "proofs")));
  }

  private static Table checks(List<CheckedRun> runs) {
    Table.Builder table =
        Table.of(
            "checks",
            "plant",
            "seed",
            "variation_over_groups",
            "variation_over_epochs",
            "tau_raw",
            "tau_combined",
            "diagnoses");
    for (CheckedRun run : runs) {
      table.row(
          run.plant().key(),
          run.seed(),
          run.overGroups(),
          run.overEpochs(),
          RunVerdicts.words(run.rawTurned()),
          RunVerdicts.words(run.turned()),
          String.join(", ", run.diagnoses()));
    }
    return table.build();
  }

  private static Table gathered(List<CellResult> results, String name) {
    List<String> columns = new ArrayList<>(List.of("plant", "seed"));
    columns.addAll(results.getFirst().table(name).columns());
    List<List<Object>> rows = new ArrayList<>();
    for (CellResult result : results) {
      for (List<Object> row : result.table(name).rows()) {
        List<Object> whole =
            new ArrayList<>(List.of(result.cell().get(Sanity.PLANT), result.cell().seed()));
        whole.addAll(row);
        rows.add(whole);
      }
    }
    return new Table(name, columns, rows);
  }

  private static List<String> groups(List<CellResult> results) {
    return results.getFirst().table("scores").values("group");
  }
}

package dev.espalier.experiment.report;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.RunProvenance;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An experiment that has been run, with awkward words in it. */
final class Sample {
  static final String AWKWARD = "<script>alert(\"1\")</script> & a|b *c* `d` 'e' \u0007";
  static final Setup SETUP = new Setup(2, true, Optional.of(Path.of("/somewhere/mnist")));
  static final Provenance PROVENANCE =
      new Provenance(
          "0.1.0",
          "c0de",
          "abcdef+changes",
          "d1d1",
          "JVM 25",
          "Linux, amd64",
          2,
          Instant.parse("2026-01-02T03:04:05Z"),
          "./espalier experiment sample --seeds 2 --data <mnist>");

  private Sample() {}

  static List<CellResult> results() {
    RunProvenance run = new RunProvenance("r1", "{\"seed\": \"7\", \"rate\": 0.1}", "aa", "bb");
    Table first =
        Table.of("loss", "latent", "group", "loss")
            .row(2L, "a,\"b\"", 1.0 / 3)
            .row(3L, "two\nlines", Double.NaN)
            .build();
    Table second = Table.of("loss", "loss", "more").row(1e-10, true).build();
    return List.of(
        new CellResult(cell("2", 1), 61.5, List.of(run), List.of(first)),
        new CellResult(
            cell("4", 2),
            2,
            List.of(run, new RunProvenance("r2", "not JSON", "", "")),
            List.of(second, Table.of("ranks", "rank").row(Long.MAX_VALUE).build())));
  }

  private static Cell cell(String latent, long seed) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("latent", latent);
    settings.put("mode", "a+b");
    return new Cell(settings, seed);
  }

  static Findings findings() {
    Chart chart =
        new Chart.Lines(
            "curve",
            AWKWARD,
            Chart.Axis.log("latent"),
            Chart.Axis.of("loss"),
            List.of(
                new Chart.Line(
                    "l",
                    new double[] {2, 4},
                    new double[] {1, 2},
                    new double[] {0.5, 1},
                    new double[] {2, 4})));
    Chart bars =
        new Chart.Bars(
            "bars",
            "Bars",
            List.of("x"),
            Chart.Axis.of("y"),
            List.of(
                new Chart.Bar(
                    "b",
                    new double[] {1},
                    new double[] {Double.NEGATIVE_INFINITY},
                    new double[] {Double.POSITIVE_INFINITY})));
    Table table =
        Table.of("means", "name", "mean", "count")
            .row(AWKWARD, 0.123456789, 12L)
            .row("b", Double.NaN, 123456L)
            .build();
    return new Findings(
        List.of(
            new Verdict("Rises", Outcome.CONFIRMED, "0.3 [0.1, 0.5]"),
            new Verdict(AWKWARD, Outcome.NOT_CONFIRMED, AWKWARD),
            new Verdict("Varies", Outcome.DEPENDS, "on the seed"),
            new Verdict("Nothing", Outcome.OPEN, "")),
        List.of(
            new Section("Curves", "One.\n\n1. Two " + AWKWARD, List.of(chart), List.of(table)),
            new Section("Bars", "", List.of(bars), List.of())));
  }

  static Experiment experiment() {
    return new Experiment() {
      @Override
      public String name() {
        return "sample";
      }

      @Override
      public String question() {
        return "Does " + AWKWARD + " hold?";
      }

      @Override
      public int seeds(boolean quick) {
        return 2;
      }

      @Override
      public List<Cell> cells(Setup setup) {
        return results().stream().map(CellResult::cell).toList();
      }

      @Override
      public List<Table> run(Cell cell, Bench bench) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Findings findings(Setup setup, List<CellResult> results) {
        return Sample.findings();
      }
    };
  }
}

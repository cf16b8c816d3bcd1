package dev.espalier.experiment.workflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class WorkflowFindingsTest {
  private static final Setup FULL = new Setup(5, false, Optional.empty());
  private static final Workflow WORKFLOW = new Workflow();

  /** Tables as cells give them: a scheme's factor on a loss and a time that seeds vary. */
  private static List<CellResult> results(
      ToDoubleFunction<Scheme> loss, ToDoubleFunction<Scheme> seconds, double noise) {
    List<CellResult> results = new ArrayList<>();
    for (Cell cell : WORKFLOW.cells(FULL)) {
      Scheme scheme = Scheme.of(cell.get("scheme"));
      Random random = new Random(cell.key().hashCode());
      double end =
          0.01 * cell.seed() * loss.applyAsDouble(scheme) * Math.exp(noise * random.nextGaussian());
      Table.Builder epochs = Table.of("epochs", "epoch", "parameters", "validation_loss");
      for (int epoch = 1; epoch <= 12; epoch++) {
        epochs.row(epoch, 1000 - epoch, end + 12 - epoch);
      }
      Table.Builder ends =
          Table.of("end", "validation_loss", "parameters", "parameter_epochs", "seconds");
      Table cuts = Table.of("cuts", "loss_after").row(3 * end).row(2 * end).build();
      double work = scheme == Scheme.TWO || scheme == Scheme.FOUR ? 10000.0 : 12000.0;
      ends.row(end, 500, work, seconds.applyAsDouble(scheme) * (1 + random.nextDouble() / 50));
      results.add(new CellResult(cell, 1, List.of(), List.of(epochs.build(), cuts, ends.build())));
    }
    return results;
  }

  private static List<Outcome> outcomes(Findings findings) {
    return findings.verdicts().stream().map(Verdict::outcome).toList();
  }

  @Test
  void schemesThatEndAlikeAreAsGood() {
    Findings findings = WORKFLOW.findings(FULL, results(s -> 1, s -> 1, 0.005));
    assertEquals(
        List.of(
            Outcome.CONFIRMED, Outcome.CONFIRMED, Outcome.OPEN, Outcome.OPEN, Outcome.CONFIRMED),
        outcomes(findings));
    assertTrue(findings.verdicts().getFirst().numbers().contains(": as good"));
  }

  @Test
  void aPlantedWinnerIsFound() {
    Findings findings =
        WORKFLOW.findings(
            FULL,
            results(
                s -> s == Scheme.TWO || s == Scheme.FOUR ? 0.8 : 1,
                s -> s == Scheme.TWO || s == Scheme.FOUR ? 0.7 : 1,
                0.005));
    assertEquals(
        List.of(
            Outcome.CONFIRMED,
            Outcome.CONFIRMED,
            Outcome.CONFIRMED,
            Outcome.OPEN,
            Outcome.CONFIRMED),
        outcomes(findings));
    String numbers = findings.verdicts().getFirst().numbers();
    assertTrue(numbers.contains("two at 50 % / after at 50 % 0.8"), numbers);
    assertTrue(numbers.contains(": better"), numbers);
    assertEquals(0.01 * 0.8 * 3, lossOf(findings, "two"), 0.001);
    assertEquals(0.01 * 3, lossOf(findings, "after"), 0.001);
  }

  private static double lossOf(Findings findings, String scheme) {
    Table table = findings.sections().getFirst().tables().getFirst().where("scheme", scheme);
    return Double.parseDouble(
        ((String) table.rows().getFirst().get(table.column("validation loss"))).split(" ")[0]);
  }

  @Test
  void aSchemeThatIsWorseIsNotAsGood() {
    Findings findings =
        WORKFLOW.findings(FULL, results(s -> s == Scheme.FOUR ? 1.2 : 1, s -> 1, 0.005));
    assertEquals(Outcome.DEPENDS, findings.verdicts().getFirst().outcome());
    assertTrue(findings.verdicts().getFirst().numbers().contains(": worse"));
    Findings all = WORKFLOW.findings(FULL, results(s -> s.cutsAfter() ? 1 : 1.2, s -> 1, 0.005));
    assertEquals(Outcome.NOT_CONFIRMED, all.verdicts().getFirst().outcome());
  }

  @Test
  void whatVariesTooMuchIsNotDecided() {
    Findings findings = WORKFLOW.findings(FULL, results(s -> 1, s -> 1, 0.5));
    assertEquals(Outcome.OPEN, findings.verdicts().getFirst().outcome());
    assertTrue(findings.verdicts().getFirst().numbers().contains(": not decided"));
  }

  @Test
  void everySchemeHasItsRowAndLine() {
    Findings findings = WORKFLOW.findings(FULL, results(s -> 1, s -> 1, 0.005));
    assertEquals(14, findings.sections().getFirst().tables().getFirst().rows().size());
    List<Chart> charts = findings.sections().stream().flatMap(s -> s.charts().stream()).toList();
    assertEquals(
        List.of("final-loss", "loss-50", "parameters-50", "loss-70", "parameters-70"),
        charts.stream().map(Chart::name).toList());
    Chart.Lines losses = (Chart.Lines) charts.get(1);
    assertEquals(7, losses.lines().size());
    assertEquals(11 + 0.03, losses.lines().getFirst().y()[0], 0.001);
  }

  @Test
  void aMissingSeedOrSchemeIsAnError() {
    List<CellResult> results = results(s -> 1, s -> 1, 0.005);
    List<CellResult> withoutSeed =
        results.stream()
            .filter(r -> !r.cell().key().equals("removed_percent=70,scheme=two,seed=4"))
            .toList();
    String message =
        assertThrows(IllegalArgumentException.class, () -> WORKFLOW.findings(FULL, withoutSeed))
            .getMessage();
    assertTrue(message.contains("two at 70 % has seeds [1, 2, 3, 5]"), message);
    List<CellResult> withoutScheme =
        results.stream().filter(r -> !r.cell().get("scheme").equals("never")).toList();
    assertThrows(IllegalArgumentException.class, () -> WORKFLOW.findings(FULL, withoutScheme));
  }
}

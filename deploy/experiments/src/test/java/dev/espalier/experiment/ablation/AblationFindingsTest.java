package dev.espalier.experiment.ablation;

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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class AblationFindingsTest {
  private static final Setup FULL = new Setup(5, false, Optional.empty());
  private static final Ablation ABLATION = new Ablation();

  /** Tables as cells give them: the method's factor on an error that seeds and shares vary. */
  private static List<CellResult> results(
      ToDoubleFunction<Method> afterCut, ToDoubleFunction<Method> tuned) {
    List<CellResult> results = new ArrayList<>();
    for (Cell cell : ABLATION.cells(FULL)) {
      if (cell.get("method").equals("uncut")) {
        Table uncut =
            Table.of("uncut", "mse_uncut", "mse_tuned")
                .row(0.01 * cell.seed(), 0.005 * cell.seed())
                .build();
        results.add(new CellResult(cell, 1, List.of(), List.of(uncut)));
        continue;
      }
      Method method = Method.of(cell.get("method"));
      Random noise = new Random(cell.key().hashCode());
      Table.Builder table =
          Table.of("cuts", "removed_percent", "mse_uncut", "mse_cut", "mse_tuned");
      for (int percent : Ablation.percents(false)) {
        double base = 0.01 * percent * cell.seed();
        table.row(
            percent,
            0.01 * cell.seed(),
            base * afterCut.applyAsDouble(method) * Math.exp(0.01 * noise.nextGaussian()),
            base * tuned.applyAsDouble(method) * Math.exp(0.01 * noise.nextGaussian()));
      }
      results.add(new CellResult(cell, 1, List.of(), List.of(table.build())));
    }
    return results;
  }

  private static Verdict verdict(Findings findings, String start) {
    return findings.verdicts().stream()
        .filter(verdict -> verdict.claim().startsWith(start))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aPlantedBetterCombinationIsFound() {
    ToDoubleFunction<Method> planted = m -> m.sharing() == Sharing.FISHER_BAYES ? 0.8 : 1;
    Verdict verdict =
        verdict(ABLATION.findings(FULL, results(planted, planted)), "No other combination");
    assertEquals(Outcome.NOT_CONFIRMED, verdict.outcome());
    assertTrue(
        verdict
            .numbers()
            .startsWith("Lowest after fine-tuning: fisher-bayes+taylor, beyond chance."),
        verdict.numbers());
  }

  @Test
  void combinationsThatTieLeaveTheDefault() {
    Verdict verdict =
        verdict(ABLATION.findings(FULL, results(m -> 1, m -> 1)), "No other combination");
    assertEquals(Outcome.CONFIRMED, verdict.outcome(), verdict.numbers());
  }

  @Test
  void combinationsThatVaryTooMuchDecideNothing() {
    Random noise = new Random(3);
    ToDoubleFunction<Method> wide = m -> Math.exp(0.5 * noise.nextGaussian());
    Verdict verdict = verdict(ABLATION.findings(FULL, results(wide, wide)), "No other combination");
    assertEquals(Outcome.OPEN, verdict.outcome(), verdict.numbers());
  }

  @Test
  void aCombinationThatIsBetterOnlyBeforeFineTuningDoesNotDecide() {
    Verdict verdict =
        verdict(
            ABLATION.findings(FULL, results(m -> m.sharing() == Sharing.BAYES ? 0.8 : 1, m -> 1)),
            "No other combination");
    assertEquals(Outcome.DEPENDS, verdict.outcome());
  }

  @Test
  void scoresFromGradientsAndNormsAreToldApart() {
    ToDoubleFunction<Method> norms =
        m ->
            m.units() == UnitScore.L1 || m.units() == UnitScore.L2
                ? 1.2
                : m.units() == UnitScore.RANDOM ? 2 : 1;
    Findings findings = ABLATION.findings(FULL, results(norms, norms));
    assertEquals(List.of(Outcome.CONFIRMED, Outcome.CONFIRMED), gradients(findings));
    assertEquals(Outcome.CONFIRMED, verdict(findings, "Every unit score").outcome());
    ToDoubleFunction<Method> one = m -> m.units() == UnitScore.GRADIENT ? 0.8 : 1;
    assertEquals(
        List.of(Outcome.CONFIRMED, Outcome.OPEN),
        gradients(ABLATION.findings(FULL, results(norms, one))));
    ToDoubleFunction<Method> reverse = m -> 1 / norms.applyAsDouble(m);
    Findings reversed = ABLATION.findings(FULL, results(reverse, reverse));
    assertEquals(List.of(Outcome.NOT_CONFIRMED, Outcome.NOT_CONFIRMED), gradients(reversed));
    assertTrue(
        verdict(reversed, "Unit scores from")
            .numbers()
            .startsWith("Beyond chance worse in 6 of 6."));
  }

  private static List<Outcome> gradients(Findings findings) {
    return findings.verdicts().stream()
        .filter(verdict -> verdict.claim().startsWith("Unit scores from"))
        .map(Verdict::outcome)
        .toList();
  }

  @Test
  void sharingByImportanceIsComparedWithUniformGlobalAndChance() {
    ToDoubleFunction<Method> worse =
        m -> m.sharing() == Sharing.UNIFORM ? 1.3 : m.sharing() == Sharing.GLOBAL ? 0.8 : 1;
    Findings findings = ABLATION.findings(FULL, results(worse, worse));
    Verdict verdict =
        verdict(
            findings,
            "Sharing a cut by importance is better than sharing it uniformly, over all groups");
    assertEquals(Outcome.DEPENDS, verdict.outcome());
    assertTrue(
        verdict.numbers().contains("shares+taylor / uniform+taylor 0.769 ("), verdict.numbers());
    assertEquals(
        Outcome.CONFIRMED,
        verdict(
                findings,
                "Sharing a cut by importance is better than sharing it uniformly, over all unit")
            .outcome());
  }

  @Test
  void tablesAndChartsHaveEveryMethodAndNamesApart() {
    Findings findings = ABLATION.findings(FULL, results(m -> 1, m -> 1));
    List<Table> tables = findings.sections().stream().flatMap(s -> s.tables().stream()).toList();
    assertEquals(22, tables.getFirst().rows().size());
    assertEquals(24, tables.get(1).rows().size());
    List<String> names = new ArrayList<>();
    findings.sections().forEach(s -> s.charts().forEach(chart -> names.add(chart.name())));
    assertEquals(7, names.size());
    assertEquals(7, Set.copyOf(names).size());
  }

  @Test
  void aMissingSeedIsAnError() {
    List<CellResult> results = results(m -> 1, m -> 1);
    results.removeLast();
    String message =
        assertThrows(IllegalArgumentException.class, () -> ABLATION.findings(FULL, results))
            .getMessage();
    assertTrue(message.contains("global+l2 has seeds [1, 2, 3, 4]"), message);
  }

  @Test
  void cellsDiffer() {
    List<Cell> cells = ABLATION.cells(FULL);
    assertEquals(5 * 24, cells.size());
    assertEquals(5 * 24, new HashSet<>(cells.stream().map(Cell::key).toList()).size());
  }
}

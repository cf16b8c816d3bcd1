package dev.espalier.experiment.latent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Made-up tables, whose truth is known. */
class LatentFindingsTest {
  private static final int[] LATENTS = {8, 64, 256, 512};

  /** The coupling group's mean per parameter where the component groups have 1, by d. */
  private interface Coupling {
    double mean(int latent);
  }

  /** What becomes of the importance while a network trains. */
  private enum Shift {
    NONE,
    /** It passes after the first epoch. */
    EARLY,
    /** It passes to and fro, as much at the end as at the beginning. */
    RESTLESS
  }

  private static CellResult cell(
      String network, int latent, long seed, Coupling coupling, Coupling ratio, Shift shifts) {
    SplittableRandom noise = new SplittableRandom(31L * latent + seed);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("network", network);
    settings.put("latent", "" + latent);
    Table.Builder groups =
        Table.of(
            CellTables.GROUPS,
            "epoch",
            "group",
            "kind",
            "units",
            "parameters",
            "gradient",
            "fisher",
            "bayes");
    double c = coupling.mean(latent) * (1 + 0.02 * noise.nextDouble());
    for (int epoch = 1; epoch <= 4; epoch++) {
      double early =
          switch (shifts) {
            case NONE -> 1;
            case EARLY -> epoch == 1 ? 10 : 1;
            case RESTLESS -> epoch % 2 == 1 ? 10 : 1;
          };
      // Components keep their sizes, so that only the coupling group grows.
      groups.row(epoch, "a", "component", 100, 100_000, early, early, early);
      groups.row(epoch, "z", CellTables.COUPLING, latent, 513L * latent, c, c, c);
      groups.row(epoch, "b", "component", 100, 100_000, 1.01, 1.01, 1.01);
    }
    Table.Builder shuffled =
        Table.of(
            CellTables.SHUFFLED,
            "group",
            "kind",
            "normalisation",
            "metric",
            "share",
            "rank",
            "null_share",
            "null_sd",
            "null_low",
            "null_high",
            "null_rank_low",
            "null_rank_high",
            "ratio",
            "z",
            "p");
    for (Normalisation n : Normalisation.values()) {
      double r = ratio.mean(latent) * (1 + 0.02 * noise.nextDouble());
      shuffled.row(
          "z",
          CellTables.COUPLING,
          n.id(),
          "importance",
          0.3 * r,
          1.0,
          0.3,
          0.01,
          0.28,
          0.32,
          1.0,
          3.0,
          r,
          0.0,
          0.5);
    }
    Table run =
        Table.of(CellTables.RUN, "initial_loss", "loss", "coupling_first")
            .row(0.1, 0.01, false)
            .build();
    return new CellResult(
        new Cell(settings, seed), 1, List.of(), List.of(groups.build(), shuffled.build(), run));
  }

  private static List<CellResult> sweep(
      int seeds, Coupling mlp, Coupling conv, Coupling ratio, Shift shifts) {
    List<CellResult> results = new ArrayList<>();
    for (int latent : LATENTS) {
      for (long seed = seeds; seed >= 1; seed--) {
        results.add(cell("mlp", latent, seed, mlp, ratio, shifts));
        results.add(cell("conv", latent, seed, conv, ratio, shifts));
      }
    }
    return results;
  }

  private static Findings findings(int seeds, Coupling mlp, Coupling conv, Coupling ratio) {
    return new LatentSweep()
        .findings(
            new Setup(seeds, false, Optional.empty()), sweep(seeds, mlp, conv, ratio, Shift.NONE));
  }

  private static Verdict verdict(Findings findings, String part) {
    List<Verdict> found =
        findings.verdicts().stream().filter(v -> v.claim().contains(part)).toList();
    assertEquals(1, found.size(), part + " in " + findings.verdicts());
    return found.getFirst();
  }

  private static final String MEAN = "the paper's score";
  private static final String SUM = "by the sum over the group";
  private static final String BESIDE_SUM = "by the sum over the group, relative";
  private static final String GROWTH = "growth of the groups";

  @Test
  void aPlantedFallIsConfirmed() {
    Coupling falls = d -> 5 * Math.pow(d, -1.6);
    Findings findings = findings(5, falls, falls, d -> Math.pow(d, -0.3));
    assertEquals(Outcome.CONFIRMED, verdict(findings, MEAN).outcome());
    assertEquals(Outcome.CONFIRMED, verdict(findings, BESIDE_SUM).outcome());
    assertEquals(Outcome.CONFIRMED, verdict(findings, "by the sum per unit, relative").outcome());
    // It falls faster than 1 / d.
    assertEquals(Outcome.CONFIRMED, verdict(findings, GROWTH).outcome());
    assertTrue(verdict(findings, GROWTH).numbers().contains("of the fall is left"));
  }

  @Test
  void noTrendLeavesTheClaimOpen() {
    Findings findings = findings(5, d -> 1, d -> 1, d -> 1);
    assertEquals(Outcome.OPEN, verdict(findings, MEAN).outcome());
    assertTrue(
        verdict(findings, MEAN).numbers().contains("no trend in ranks"),
        verdict(findings, MEAN).numbers());
    assertEquals(Outcome.OPEN, verdict(findings, BESIDE_SUM).outcome());
    // Its sizes alone would make it fall.
    assertEquals(Outcome.NOT_CONFIRMED, verdict(findings, GROWTH).outcome());
  }

  @Test
  void aRiseExcludesTheClaim() {
    Coupling rises = d -> Math.pow(d, 0.3);
    Findings findings = findings(5, rises, rises, rises);
    assertEquals(Outcome.NOT_CONFIRMED, verdict(findings, MEAN).outcome());
    assertEquals(Outcome.NOT_CONFIRMED, verdict(findings, BESIDE_SUM).outcome());
    assertEquals(Outcome.NOT_CONFIRMED, verdict(findings, GROWTH).outcome());
  }

  /** There the shuffled share is one over the number of groups, so that it repeats the share. */
  @Test
  void theMeanBesideShuffledGradientsIsToldAndNotTested() {
    Findings findings = findings(5, d -> 1.0 / d, d -> 1.0 / d, d -> 1.0 / d);
    assertEquals(5, findings.verdicts().stream().filter(v -> v.claim().contains("lose")).count());
    assertEquals(10, table(findings, "trends").rows().size());
    Table told = table(findings, "trends-not-tested").where("network", "mlp");
    assertEquals(10, told.rows().size());
    Table beside = told.where("of", CouplingTrend.Against.SHUFFLED.words());
    assertEquals(List.of("mean per parameter"), beside.values("score"));
    assertEquals(-1, beside.numbers("power_of_d")[0], 0.05);
    assertEquals(-1, told.where("of", "share by bayes").numbers("power_of_d")[0], 0.05);
  }

  private static Table table(Findings findings, String name) {
    return findings.sections().stream()
        .flatMap(section -> section.tables().stream())
        .filter(table -> table.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aQuickFormClaimsNothing() {
    Coupling falls = d -> 1.0 / d;
    List<CellResult> results = sweep(5, falls, falls, falls, Shift.NONE);
    new LatentSweep()
        .findings(new Setup(5, true, Optional.empty()), results)
        .verdicts()
        .forEach(v -> assertEquals(Outcome.OPEN, v.outcome(), v.claim()));
  }

  @Test
  void aSumThatGrowsSlowerThanTheParametersIsExposed() {
    Coupling slower = d -> 8 * Math.pow(d, -0.8);
    Findings findings = findings(5, slower, slower, slower);
    assertEquals(Outcome.CONFIRMED, verdict(findings, MEAN).outcome());
    Verdict sum =
        findings.verdicts().stream().filter(v -> v.claim().endsWith(SUM)).findFirst().orElseThrow();
    assertEquals(Outcome.NOT_CONFIRMED, sum.outcome(), sum.numbers());
    assertEquals(Outcome.NOT_CONFIRMED, verdict(findings, GROWTH).outcome());
  }

  @Test
  void networksThatDisagreeAreTold() {
    Findings findings = findings(5, d -> 1 / Math.sqrt(d), Math::sqrt, d -> 1);
    assertEquals(Outcome.DEPENDS, verdict(findings, MEAN).outcome());
    assertTrue(verdict(findings, MEAN).numbers().startsWith("mlp: "));
  }

  @Test
  void oneSeedSaysNothing() {
    Findings findings = findings(1, d -> 1.0 / d, d -> 1.0 / d, d -> 1.0 / d);
    findings
        .verdicts()
        .forEach(v -> assertEquals(Outcome.OPEN, v.outcome(), v.claim() + ": " + v.numbers()));
  }

  @Test
  void theLeadIsToldThoughTheDiagnosisCannotFall() {
    Coupling leads = d -> d == 8 ? 2 : 0.5;
    Verdict verdict = verdict(findings(3, leads, leads, d -> 1), "COUPLING_FIRST");
    assertEquals(Outcome.CONFIRMED, verdict.outcome());
    assertTrue(verdict.numbers().contains("made in 0 of 24 runs"), verdict.numbers());
    verdict = verdict(findings(3, d -> 0.5, leads, d -> 1), "COUPLING_FIRST");
    assertEquals(Outcome.DEPENDS, verdict.outcome());
  }

  @Test
  void aRankingThatTurnsIsAShift() {
    Coupling flat = d -> 3;
    assertEquals(
        Outcome.CONFIRMED,
        verdict(LatentFindings.of(sweep(3, flat, flat, flat, Shift.EARLY)), "The ranking shifts")
            .outcome());
    Verdict still =
        verdict(LatentFindings.of(sweep(3, flat, flat, flat, Shift.NONE)), "The ranking shifts");
    assertEquals(Outcome.NOT_CONFIRMED, still.outcome(), still.numbers());
  }

  /** The last ranking is not the first, but no more so than its neighbour. */
  @Test
  void aRankingThatWobblesToTheEndIsNoShift() {
    Coupling flat = d -> 3;
    Verdict wobble =
        verdict(
            LatentFindings.of(sweep(3, flat, flat, flat, Shift.RESTLESS)), "The ranking shifts");
    assertEquals(Outcome.NOT_CONFIRMED, wobble.outcome(), wobble.numbers());
  }

  @Test
  void chartsHaveNamesApartAndIntervals() {
    Findings findings = findings(3, d -> 1, d -> 1, d -> 1);
    List<String> names =
        findings.sections().stream()
            .flatMap(section -> section.charts().stream())
            .map(chart -> chart.name())
            .toList();
    assertEquals(8, names.size());
    assertEquals(8, names.stream().distinct().count(), names.toString());
  }
}

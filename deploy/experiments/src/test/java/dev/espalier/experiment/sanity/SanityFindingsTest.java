package dev.espalier.experiment.sanity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SanityFindingsTest {
  private static final int HEALTHY = 0;
  private static final int DEAD = 1;
  private static final int STUCK = 2;
  private static final int RESTLESS = 3;
  private static final int SHAPES = 4;
  private static final int SILENCE = 5;

  /** From a plant's first run to its second in {@link #results}. */
  private static final int SECOND = 4;

  private final List<CellResult> results =
      new ArrayList<>(
          List.of(
              Made.cell(Plant.HEALTHY, 1, Made.LIVELY),
              Made.cell(Plant.DEAD, 1, Made.ALIKE, "FLAT"),
              Made.cell(Plant.STUCK, 1, Made.STILL, "FLAT"),
              Made.cell(Plant.RESTLESS, 1, Made.TURNING, "OSCILLATING"),
              Made.cell(Plant.RUINED, 1, Made.LIVELY, 0.9, true, "", "COLLAPSED"),
              Made.cell(Plant.DEAD, 2, Made.ALIKE, "FLAT"),
              Made.cell(Plant.STUCK, 2, Made.STILL, "FLAT"),
              Made.cell(Plant.RESTLESS, 2, Made.TURNING, "OSCILLATING")));

  private Outcome outcome(int verdict) {
    return findings(false).verdicts().get(verdict).outcome();
  }

  private Findings findings(boolean quick) {
    return SanityFindings.of(new Setup(1, quick, Optional.empty()), results);
  }

  @Test
  void everythingHoldsWhereEveryPlantIsFound() {
    for (int verdict = 0; verdict <= SILENCE; verdict++) {
      assertEquals(Outcome.CONFIRMED, outcome(verdict), "verdict " + verdict);
    }
  }

  @Test
  void aHealthyRunThatIsDiagnosedOrStillOrTurnsIsNoneSuch() {
    results.set(HEALTHY, Made.cell(Plant.HEALTHY, 1, Made.LIVELY, "COUPLING_FIRST"));
    assertEquals(Outcome.NOT_CONFIRMED, outcome(HEALTHY));
    results.set(HEALTHY, Made.cell(Plant.HEALTHY, 1, Made.STILL));
    assertEquals(Outcome.NOT_CONFIRMED, outcome(HEALTHY));
    results.set(HEALTHY, Made.cell(Plant.HEALTHY, 1, Made.TURNING));
    assertEquals(Outcome.NOT_CONFIRMED, outcome(HEALTHY));
    results.add(Made.cell(Plant.HEALTHY, 2, Made.LIVELY));
    assertEquals(Outcome.DEPENDS, outcome(HEALTHY));
  }

  @Test
  void aPlantThatIsNotDiagnosedIsNotConfirmed() {
    for (int seed = 1; seed <= 2; seed++) {
      int shift = seed == 1 ? 0 : SECOND;
      results.set(DEAD + shift, Made.cell(Plant.DEAD, seed, Made.ALIKE));
      results.set(STUCK + shift, Made.cell(Plant.STUCK, seed, Made.STILL, "OSCILLATING"));
      results.set(RESTLESS + shift, Made.cell(Plant.RESTLESS, seed, Made.TURNING, "FLAT"));
      for (int verdict : new int[] {DEAD, STUCK, RESTLESS}) {
        assertEquals(
            seed == 1 ? Outcome.DEPENDS : Outcome.NOT_CONFIRMED,
            outcome(verdict),
            "verdict " + verdict);
      }
    }
  }

  @Test
  void aPlantThatDidNotTakeLeavesTheClaimOpen() {
    results.set(RESTLESS, Made.cell(Plant.RESTLESS, 1, Made.LIVELY));
    assertEquals(Outcome.OPEN, outcome(RESTLESS), "one run alone says too little");
    results.set(RESTLESS + SECOND, Made.cell(Plant.RESTLESS, 2, Made.LIVELY));
    assertEquals(Outcome.OPEN, outcome(RESTLESS));
  }

  @Test
  void oneWrongShapeIsEnough() {
    results.add(Made.cell(Plant.HEALTHY, 2, Made.LIVELY, 0, false, "y is [1, 3], not [1, 4]"));
    assertEquals(Outcome.NOT_CONFIRMED, outcome(SHAPES));
    assertTrue(findings(false).verdicts().get(SHAPES).numbers().contains("y is [1, 3]"));
  }

  @Test
  void aCollapseWithoutAWordAndAWordWithoutACollapseAreFailures() {
    results.set(4, Made.cell(Plant.RUINED, 1, Made.LIVELY, 0.9, false, ""));
    assertEquals(Outcome.NOT_CONFIRMED, outcome(SILENCE));
    results.set(4, Made.cell(Plant.RUINED, 1, Made.LIVELY, 0.1, true, ""));
    assertEquals(Outcome.NOT_CONFIRMED, outcome(SILENCE));
    results.set(4, Made.cell(Plant.RUINED, 1, Made.LIVELY, 0.1, false, ""));
    assertEquals(Outcome.OPEN, outcome(SILENCE));
  }

  @Test
  void cutsThatAreToldOnTheWayAndNotAfterTheRunDependOnThat() {
    results.set(
        4,
        Made.withCut(
            Made.cell(Plant.RUINED, 1, Made.LIVELY, 0.9, false, ""), "after-1", 0.7, true));
    assertEquals(Outcome.DEPENDS, outcome(SILENCE));
    results.set(
        4,
        Made.withCut(Made.cell(Plant.RUINED, 1, Made.LIVELY, 0.9, true, ""), "after-1", 0.7, true));
    assertEquals(Outcome.CONFIRMED, outcome(SILENCE));
  }

  @Test
  void aQuickFormClaimsNothingButThatShapesAreValid() {
    Findings quick = findings(true);
    for (int verdict = 0; verdict <= SILENCE; verdict++) {
      assertEquals(
          verdict == SHAPES ? Outcome.CONFIRMED : Outcome.OPEN,
          quick.verdicts().get(verdict).outcome());
    }
  }

  @Test
  void chartsHaveNamesOfTheirOwn() {
    List<String> names =
        findings(false).sections().stream()
            .flatMap(section -> section.charts().stream())
            .map(chart -> chart.name())
            .toList();
    assertEquals(names.size(), names.stream().distinct().count(), names.toString());
    assertTrue(names.contains("sanity-healthy-fisher-information"), names.toString());
    assertTrue(names.contains("sanity-stability"), names.toString());
  }
}

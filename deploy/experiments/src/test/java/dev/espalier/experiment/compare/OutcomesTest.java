package dev.espalier.experiment.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.statistics.Interval;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomesTest {
  private static final Interval AROUND_ONE = new Interval(1, 0.5, 1.5, 3);

  @Test
  void anIntervalThatStraddlesTheBoundLeavesTheClaimOpen() {
    assertEquals(Outcome.CONFIRMED, Outcomes.below(AROUND_ONE, 2));
    assertEquals(Outcome.OPEN, Outcomes.below(AROUND_ONE, 1.2));
    assertEquals(Outcome.NOT_CONFIRMED, Outcomes.below(AROUND_ONE, 0.5));
    assertEquals(Outcome.CONFIRMED, Outcomes.above(AROUND_ONE, 0.4));
    assertEquals(Outcome.OPEN, Outcomes.above(AROUND_ONE, 0.8));
    assertEquals(Outcome.NOT_CONFIRMED, Outcomes.above(AROUND_ONE, 1.5));
  }

  @Test
  void aClaimDependsOnlyWhereSomeSettingsExcludeIt() {
    assertEquals(Outcome.OPEN, together(Outcome.CONFIRMED, Outcome.OPEN));
    assertEquals(Outcome.OPEN, together(Outcome.NOT_CONFIRMED, Outcome.OPEN));
    assertEquals(Outcome.OPEN, together());
    assertEquals(Outcome.DEPENDS, together(Outcome.CONFIRMED, Outcome.OPEN, Outcome.NOT_CONFIRMED));
    assertEquals(Outcome.CONFIRMED, together(Outcome.CONFIRMED, Outcome.CONFIRMED));
    assertEquals(Outcome.NOT_CONFIRMED, together(Outcome.NOT_CONFIRMED, Outcome.NOT_CONFIRMED));
  }

  @Test
  void aClaimOfPartsFallsWithOne() {
    assertEquals(Outcome.NOT_CONFIRMED, Outcomes.all(Outcome.OPEN, Outcome.NOT_CONFIRMED));
    assertEquals(Outcome.OPEN, Outcomes.all(Outcome.OPEN, Outcome.CONFIRMED));
    assertEquals(Outcome.CONFIRMED, Outcomes.all(Outcome.CONFIRMED, Outcome.CONFIRMED));
  }

  private static Outcome together(Outcome... outcomes) {
    return Outcomes.together(List.of(outcomes));
  }
}

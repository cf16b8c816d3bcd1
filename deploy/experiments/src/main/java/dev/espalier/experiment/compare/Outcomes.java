package dev.espalier.experiment.compare;

import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.statistics.Interval;
import java.util.List;

/** What becomes of a claim by an interval, and of one that is made of several settings. */
public final class Outcomes {
  private Outcomes() {}

  /**
   * Of the claim that a number is below a bound.
   *
   * @return CONFIRMED where the whole interval is below it, NOT_CONFIRMED where it is at or above
   *     it, OPEN where it straddles it
   */
  public static Outcome below(Interval interval, double bound) {
    return interval.high() < bound
        ? Outcome.CONFIRMED
        : interval.low() >= bound ? Outcome.NOT_CONFIRMED : Outcome.OPEN;
  }

  /** Of the claim that a number is above a bound, likewise. */
  public static Outcome above(Interval interval, double bound) {
    return interval.low() > bound
        ? Outcome.CONFIRMED
        : interval.high() <= bound ? Outcome.NOT_CONFIRMED : Outcome.OPEN;
  }

  /**
   * Of a claim that is made of each of several settings.
   *
   * @return DEPENDS where it holds in some and is excluded in others; OPEN where it is open in one,
   *     or there is none; else what all say
   */
  public static Outcome together(List<Outcome> settings) {
    if (settings.contains(Outcome.DEPENDS)
        || settings.contains(Outcome.CONFIRMED) && settings.contains(Outcome.NOT_CONFIRMED)) {
      return Outcome.DEPENDS;
    }
    return settings.isEmpty() || settings.contains(Outcome.OPEN)
        ? Outcome.OPEN
        : settings.getFirst();
  }

  /**
   * Of a claim that has several parts, all of which must hold.
   *
   * @return NOT_CONFIRMED where a part is excluded, CONFIRMED where all hold, else OPEN
   */
  public static Outcome all(Outcome... parts) {
    List<Outcome> outcomes = List.of(parts);
    return outcomes.contains(Outcome.NOT_CONFIRMED)
        ? Outcome.NOT_CONFIRMED
        : outcomes.stream().allMatch(Outcome.CONFIRMED::equals) ? Outcome.CONFIRMED : Outcome.OPEN;
  }

  /**
   * The same verdict, its claim left open: a quick form can fail to show what a whole one shows.
   */
  public static Verdict opened(Verdict verdict) {
    return new Verdict(
        verdict.claim(), Outcome.OPEN, "Too little was run to say. " + verdict.numbers());
  }
}

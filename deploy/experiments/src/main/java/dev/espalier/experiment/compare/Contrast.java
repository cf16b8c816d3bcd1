package dev.espalier.experiment.compare;

import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.statistics.Holm;
import dev.espalier.experiment.statistics.Interval;
import dev.espalier.experiment.statistics.PairedTest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How a positive quantity of one setting compares with that of another, by their ratio over the
 * same seeds: the test is over differences of logarithms, so it does not depend on their scale.
 *
 * @param first name of the one
 * @param second name of the other
 * @param test of log first − log second
 * @param p of Student's t, adjusted for all contrasts of its family (Holm)
 */
public record Contrast(String first, String second, PairedTest test, double p) {
  /** A difference counts below this. */
  public static final double LEVEL = 0.05;

  /** Differences up to this part are too small to matter. */
  public static final double MARGIN = 0.05;

  /** Fewer seeds than this say nothing about a claim. */
  public static final int FEWEST_SEEDS = 3;

  /**
   * Two settings to compare.
   *
   * @param first natural logarithms
   * @param second natural logarithms, of the same seeds
   */
  public record Pair(BySeed first, BySeed second) {
    public Pair {
      first.checkSeeds(second);
    }
  }

  /** Compares pairs that stand together: their p are adjusted for one another. */
  public static List<Contrast> family(List<Pair> pairs) {
    List<PairedTest> tests =
        pairs.stream()
            .map(pair -> PairedTest.of(pair.first().array(), pair.second().array()))
            .toList();
    double[] adjusted = Holm.adjusted(tests.stream().mapToDouble(PairedTest::pT).toArray());
    List<Contrast> contrasts = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      Pair pair = pairs.get(i);
      contrasts.add(
          new Contrast(pair.first().name(), pair.second().name(), tests.get(i), adjusted[i]));
    }
    return List.copyOf(contrasts);
  }

  /** The ratio first / second: its geometric mean over the seeds and the interval of that. */
  public Interval ratio() {
    Interval log = test.difference();
    return new Interval(
        Math.exp(log.mean()), Math.exp(log.low()), Math.exp(log.high()), log.count());
  }

  /** Whether the first is lower, beyond chance. */
  public boolean lower() {
    return p < LEVEL && test.difference().mean() < 0;
  }

  /** Whether the first is higher, beyond chance. */
  public boolean higher() {
    return p < LEVEL && test.difference().mean() > 0;
  }

  /** Whether the interval excludes that the first is lower. */
  public boolean notLower() {
    return test.difference().low() >= 0;
  }

  /** Whether the interval says that the first is at most {@link #MARGIN} higher. */
  public boolean asGood() {
    return ratio().high() <= 1 + MARGIN;
  }

  /** Whether the interval excludes that the first is at most {@link #MARGIN} higher. */
  public boolean notAsGood() {
    return ratio().low() > 1 + MARGIN;
  }

  /** In words: the two, their ratio with its interval, and p. */
  public String text() {
    String probability = Numbers.p(p);
    return "%s / %s %s, p %s"
        .formatted(
            first,
            second,
            Numbers.interval(ratio()),
            probability.startsWith("<") ? probability : "= " + probability);
  }

  /** Several in words. */
  public static String text(List<Contrast> contrasts) {
    return contrasts.stream().map(Contrast::text).collect(Collectors.joining("; "));
  }

  /**
   * What becomes of a claim that shall hold of each contrast.
   *
   * @param holds whether it is shown of one
   * @param excluded whether the contrary is shown of one; neither is where the interval is too wide
   * @return CONFIRMED where the claim holds of all; NOT_CONFIRMED where it is excluded of one at
   *     least and holds of none; DEPENDS where it holds of some and is excluded of others; else
   *     OPEN, also where {@link #tooLittle}
   */
  public static Outcome outcome(
      Setup setup,
      List<Contrast> contrasts,
      Predicate<Contrast> holds,
      Predicate<Contrast> excluded) {
    if (tooLittle(setup, contrasts)) {
      return Outcome.OPEN;
    }
    if (contrasts.stream().allMatch(holds)) {
      return Outcome.CONFIRMED;
    }
    if (contrasts.stream().filter(holds.negate()).noneMatch(excluded)) {
      return Outcome.OPEN;
    }
    return contrasts.stream().anyMatch(holds) ? Outcome.DEPENDS : Outcome.NOT_CONFIRMED;
  }

  /** Whether the setup is a quick one, has few seeds, or there is nothing to compare. */
  public static boolean tooLittle(Setup setup, List<Contrast> contrasts) {
    return setup.quick()
        || contrasts.isEmpty()
        || contrasts.stream().anyMatch(c -> c.test.difference().count() < FEWEST_SEEDS);
  }
}

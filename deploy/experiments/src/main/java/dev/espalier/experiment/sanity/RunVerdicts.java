package dev.espalier.experiment.sanity;

import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.importance.v1.DiagnosisKind;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What is claimed of scores and diagnoses. */
final class RunVerdicts {
  /** Runs in which a plant took, for a claim about it. */
  private static final int FEWEST = 2;

  private RunVerdicts() {}

  static Verdict healthy(List<CheckedRun> runs) {
    List<CheckedRun> healthy = of(runs, Plant.HEALTHY);
    return new Verdict(
        "A healthy run's raw scores are neither flat nor oscillating, and no diagnosis is made.",
        outcome(
            healthy,
            run ->
                !run.flatOverGroups()
                    && !run.flatOverEpochs()
                    && !run.oscillates()
                    && run.diagnoses().isEmpty()),
        numbers(healthy));
  }

  /**
   * A plant that did not take shows nothing: only runs where it did are asked, and one alone says
   * too little.
   */
  static Verdict planted(List<CheckedRun> runs, Plant plant, String claim) {
    DiagnosisKind kind = plant.diagnosis().orElseThrow();
    List<CheckedRun> planted = of(runs, plant);
    List<CheckedRun> took = planted.stream().filter(CheckedRun::took).toList();
    return new Verdict(
        claim,
        took.size() < FEWEST ? Outcome.OPEN : outcome(took, run -> run.found(kind)),
        String.format(
            Locale.ROOT,
            "The plant took in %d of %d runs, the diagnosis was made in %d of these. %s",
            took.size(),
            planted.size(),
            took.stream().filter(run -> run.found(kind)).count(),
            numbers(planted)));
  }

  /** Of all, of none, of some; nothing where there are none. */
  static <T> Outcome outcome(List<T> all, Predicate<T> holds) {
    long holding = all.stream().filter(holds).count();
    if (all.isEmpty()) {
      return Outcome.OPEN;
    }
    if (holding == all.size()) {
      return Outcome.CONFIRMED;
    }
    return holding == 0 ? Outcome.NOT_CONFIRMED : Outcome.DEPENDS;
  }

  private static List<CheckedRun> of(List<CheckedRun> runs, Plant plant) {
    return runs.stream().filter(run -> run.plant() == plant).toList();
  }

  private static String numbers(List<CheckedRun> runs) {
    return String.format(
        Locale.ROOT,
        "Variation over groups and over epochs (flat below %s), tau of two turns in a row by a raw"
            + " metric and combined (oscillating below %s), diagnoses: %s.",
        CheckedRun.FLAT,
        CheckedRun.TURNED,
        runs.stream().map(RunVerdicts::numbers).collect(Collectors.joining("; ")));
  }

  private static String numbers(CheckedRun run) {
    return String.format(
        Locale.ROOT,
        "seed %d %.3g and %.3g, %s and %s, %s",
        run.seed(),
        run.overGroups(),
        run.overEpochs(),
        words(run.rawTurned()),
        words(run.turned()),
        run.diagnoses().isEmpty() ? "none" : String.join(", ", run.diagnoses()));
  }

  static String words(OptionalDouble tau) {
    return tau.isPresent() ? String.format(Locale.ROOT, "%.2f", tau.getAsDouble()) : "unknown";
  }
}

package dev.espalier.experiment.sanity;

import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is claimed of cuts. */
final class CutVerdicts {
  private CutVerdicts() {}

  static Verdict shapes(List<CheckedRun> runs) {
    double worst =
        runs.stream()
            .mapToDouble(run -> run.proofs().numbers("twin_difference")[0])
            .max()
            .orElse(0);
    String problems =
        runs.stream()
            .map(CutVerdicts::problem)
            .filter(problem -> !problem.isEmpty())
            .collect(Collectors.joining("; "));
    Outcome outcome = RunVerdicts.outcome(runs, run -> problem(run).isEmpty());
    return new Verdict(
        "Every cut computes what its masked twin computes, and runs in ONNX Runtime at batch sizes 1"
            + " and 3 with the original's output shapes.",
        outcome == Outcome.DEPENDS ? Outcome.NOT_CONFIRMED : outcome,
        String.format(
            Locale.ROOT,
            "%d models. Largest difference of a cut at the end from its twin: %.1e of its outputs'"
                + " scale; the pruner compares cuts on the way itself and makes none that is off."
                + " %s",
            runs.size(),
            worst,
            problems.isEmpty() ? "No shape is wrong, no cut was left out." : problems + "."));
  }

  private static String problem(CheckedRun run) {
    Table proofs = run.proofs();
    List<Object> row = proofs.rows().getFirst();
    List<String> problems = new ArrayList<>();
    if (!row.get(proofs.column("cuts_asked")).equals(row.get(proofs.column("cuts_made")))) {
      problems.add("a cut on the way was not made");
    }
    if (!(boolean) row.get(proofs.column("twin_agrees"))) {
      problems.add("off its twin");
    }
    String shape = (String) row.get(proofs.column("shape_problem"));
    if (!shape.isEmpty()) {
      problems.add(shape);
    }
    return problems.isEmpty()
        ? ""
        : run.plant().key() + ", seed " + run.seed() + ": " + String.join(", ", problems);
  }

  /** A cut of a run. */
  private record Loss(CheckedRun run, String cut, double lost, boolean reported) {
    boolean collapsed() {
      return lost > CutRow.COLLAPSED;
    }

    /** Whether the run had ended. */
    boolean atTheEnd() {
      return cut.equals(CutRow.AT_THE_END);
    }

    String words() {
      return String.format(
          Locale.ROOT,
          "%s, seed %d, %s: %.0f %% of what training gained, %s",
          run.plant().key(),
          run.seed(),
          cut,
          100 * lost,
          reported ? "reported" : "not reported");
    }
  }

  static Verdict silence(List<CheckedRun> runs) {
    List<Loss> all = runs.stream().flatMap(run -> losses(run).stream()).toList();
    List<Loss> collapsed = all.stream().filter(Loss::collapsed).toList();
    List<Loss> alarms = all.stream().filter(loss -> !loss.collapsed() && loss.reported()).toList();
    long silent = collapsed.stream().filter(loss -> !loss.reported()).count();
    List<Outcome> told =
        Stream.of(true, false)
            .map(atTheEnd -> told(all.stream().filter(l -> l.atTheEnd() == atTheEnd).toList()))
            .filter(outcome -> outcome != Outcome.OPEN)
            .distinct()
            .toList();
    Outcome outcome =
        told.size() == 2 ? Outcome.DEPENDS : told.isEmpty() ? Outcome.OPEN : told.getFirst();
    List<Loss> shown = new ArrayList<>(collapsed);
    shown.addAll(alarms);
    return new Verdict(
        "No cut collapses in silence: where it loses more than half of what training had gained, a"
            + " diagnosis or a warning of the run says so, and nowhere else.",
        outcome,
        String.format(
            Locale.ROOT,
            "%d of %d cuts collapsed, %d of them without a word, %d of these by cuts after a run's end;"
                + " %d false alarms. %s",
            collapsed.size(),
            all.size(),
            silent,
            collapsed.stream().filter(loss -> loss.atTheEnd() && !loss.reported()).count(),
            alarms.size(),
            shown.stream().map(loss -> loss.words() + ".").collect(Collectors.joining(" "))));
  }

  /** Whether all that collapsed was told, and nothing else; open where nothing collapsed. */
  private static Outcome told(List<Loss> cuts) {
    if (cuts.stream().anyMatch(cut -> cut.collapsed() != cut.reported())) {
      return Outcome.NOT_CONFIRMED;
    }
    return cuts.stream().anyMatch(Loss::collapsed) ? Outcome.CONFIRMED : Outcome.OPEN;
  }

  private static List<Loss> losses(CheckedRun run) {
    Table cuts = run.cuts();
    return cuts.rows().stream()
        .map(
            row ->
                new Loss(
                    run,
                    (String) row.get(cuts.column("cut")),
                    (double) row.get(cuts.column("lost")),
                    (boolean) row.get(cuts.column("reported"))))
        .toList();
  }
}

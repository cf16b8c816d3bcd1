package dev.espalier.experiment.ablation;

import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.compare.Contrast;
import dev.espalier.experiment.compare.Numbers;
import dev.espalier.experiment.statistics.Interval;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the ablation says. */
final class AblationFindings {
  private static final String RATIOS =
      "Ratios are of mean square errors, as geometric means over the shares removed and the seeds,"
          + " with 95 % intervals over the seeds; p is of a paired t test, adjusted by Holm. ";

  private AblationFindings() {}

  static Findings of(Setup setup, Losses losses) {
    Comparisons comparisons = new Comparisons(losses);
    AblationTables tables = new AblationTables(losses);
    AblationCharts charts = new AblationCharts(losses);
    Map<Stage, List<Contrast>> withDefault = comparisons.withDefault();
    return new Findings(
        verdicts(setup, comparisons),
        List.of(
            new Section(
                "All methods",
                RATIOS
                    + "A method is how the groups share the cut + which units go. All methods of a"
                    + " seed cut the same trained network; bars are against "
                    + Method.DEFAULT.label()
                    + ", below 1 is better.",
                List.of(charts.pooled(withDefault)),
                List.of(tables.pooled(withDefault))),
            new Section(
                "How the groups share the cut",
                "The units go by their recorded Taylor score throughout; shuffled deals the"
                    + " importance of shares to other groups, over the seeds to each as often.",
                charts.lines("sharing", method -> method.units() == UnitScore.TAYLOR),
                List.of()),
            new Section(
                "Which units go",
                "The cut is shared uniformly, or by the importance of shares.",
                Stream.of(Sharing.UNIFORM, Sharing.SHARES)
                    .flatMap(
                        sharing ->
                            charts
                                .lines(sharing.label(), method -> method.sharing() == sharing)
                                .stream())
                    .toList(),
                List.of()),
            new Section(
                "Share by share",
                "Mean square errors over the validation data with their 95 % intervals; the uncut"
                    + " networks have "
                    + Numbers.interval(Interval.of(losses.uncut().get(Stage.CUT).array()))
                    + " as trained, and "
                    + Numbers.interval(Interval.of(losses.uncut().get(Stage.TUNED).array()))
                    + " after the epoch that fine-tunes the cut ones. Then ratios"
                    + " to "
                    + Method.DEFAULT.label()
                    + " at each share, * where the paired test, adjusted over methods and shares, is"
                    + " below 0.05.",
                List.of(),
                tables.byShare())));
  }

  private static List<Verdict> verdicts(Setup setup, Comparisons comparisons) {
    return List.of(
        combination(setup, comparisons.combinations()),
        verdict(
            setup,
            "Sharing a cut by importance is better than sharing it uniformly, over all groups at"
                + " once, or by an importance dealt to other groups",
            comparisons.importanceAndOthers()),
        verdict(
            setup,
            "Sharing a cut by importance is better than sharing it uniformly, over all unit scores",
            comparisons.importanceAndUniform()),
        gradients(setup, Stage.CUT, comparisons.gradientsAndNorms()),
        gradients(setup, Stage.TUNED, comparisons.gradientsAndNorms()),
        verdict(setup, "Every unit score is better than chance", comparisons.scoresAndChance()));
  }

  private static Verdict verdict(Setup setup, String claim, Map<Stage, List<Contrast>> contrasts) {
    List<Contrast> all = contrasts.values().stream().flatMap(List::stream).toList();
    return new Verdict(
        claim, Contrast.outcome(setup, all, Contrast::lower, Contrast::notLower), text(contrasts));
  }

  private static Verdict gradients(Setup setup, Stage stage, Map<Stage, List<Contrast>> contrasts) {
    List<Contrast> some = contrasts.get(stage);
    long reversed = some.stream().filter(Contrast::higher).count();
    return new Verdict(
        "Unit scores from gradients (taylor, gradient, fisher) are better than norms (l1, l2) "
            + stage.words(),
        Contrast.outcome(setup, some, Contrast::lower, Contrast::notLower),
        (reversed > 0 ? "Beyond chance worse in " + reversed + " of " + some.size() + ". " : "")
            + text(Map.of(stage, some)));
  }

  /**
   * Fine-tuned networks are what is used, so they decide; that one is better right after the cut
   * makes it depend. That none is found better is not enough: each interval has to exclude that it
   * is by more than the margin.
   */
  private static Verdict combination(Setup setup, Map<Stage, List<Contrast>> contrasts) {
    List<Contrast> tuned = contrasts.get(Stage.TUNED);
    Outcome outcome;
    if (Contrast.tooLittle(setup, tuned)) {
      outcome = Outcome.OPEN;
    } else if (tuned.stream().anyMatch(Contrast::lower)) {
      outcome = Outcome.NOT_CONFIRMED;
    } else if (tuned.stream().anyMatch(c -> c.ratio().low() < 1 - Contrast.MARGIN)) {
      outcome = Outcome.OPEN;
    } else {
      outcome =
          contrasts.get(Stage.CUT).stream().anyMatch(Contrast::lower)
              ? Outcome.DEPENDS
              : Outcome.CONFIRMED;
    }
    return new Verdict(
        "No other combination of the metrics is better than the default, shares of all three, to"
            + " within 5 %: in one autoencoder, a perceptron with five groups",
        outcome, best(tuned) + text(contrasts));
  }

  /** Which combination has the lowest error, and whether that is more than chance. */
  private static String best(List<Contrast> contrasts) {
    return contrasts.stream()
        .min(Comparator.comparingDouble(contrast -> contrast.ratio().mean()))
        .map(
            best ->
                best.ratio().mean() >= 1
                    ? "None has a lower mean error after fine-tuning. "
                    : "Lowest after fine-tuning: "
                        + best.first()
                        + (best.lower() ? ", beyond chance. " : ", within chance. "))
        .orElse("");
  }

  private static String text(Map<Stage, List<Contrast>> contrasts) {
    StringBuilder text = new StringBuilder();
    contrasts.forEach(
        (stage, some) ->
            text.append(text.isEmpty() ? "" : ". ")
                .append(Character.toUpperCase(stage.words().charAt(0)))
                .append(stage.words().substring(1))
                .append(": ")
                .append(some.isEmpty() ? "nothing to compare" : Contrast.text(some)));
    return text.append('.').toString();
  }
}

package dev.espalier.experiment.workflow;

import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.compare.BySeed;
import dev.espalier.experiment.compare.Contrast;
import dev.espalier.experiment.compare.Contrast.Pair;
import dev.espalier.experiment.compare.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What the comparison of schemes says. */
final class WorkflowFindings {
  static final String LOSS = "validation_loss";
  static final String WORK = "parameter_epochs";
  static final String SECONDS = "seconds";

  private static final String RESTARTS =
      "After starts a new run at its cut: the optimiser's moments, the penalty's schedule (none in"
          + " the first of its epochs) and the order of the data start anew, so this compares more"
          + " than when the cut falls. ";

  private static final List<Scheme> WHILE = List.of(Scheme.ONE, Scheme.TWO, Scheme.FOUR);
  private static final List<Scheme> SEVERAL = List.of(Scheme.TWO, Scheme.FOUR);

  private WorkflowFindings() {}

  static Findings of(Setup setup, Courses courses) {
    WorkflowViews views = new WorkflowViews(courses);
    List<Section> sections = new ArrayList<>();
    sections.add(
        new Section(
            "Where the schemes end",
            "Each is cut by importance, units by their recorded Taylor score. "
                + Arrays.stream(Scheme.values())
                    .map(scheme -> scheme.label() + ": " + scheme.words())
                    .collect(Collectors.joining("; "))
                + ". "
                + RESTARTS
                + "One, two, four and late differ in the times of their cuts alone. Ratios are"
                + " paired by seed, with 95 % intervals; p is of a paired t test on the loss,"
                + " adjusted by Holm. Parameter-epochs are parameters summed over the epochs that"
                + " train them. Seconds are those of the epochs' steps alone, without validation and"
                + " cutting, measured while another cell may run beside: read them as rough.",
            List.of(views.ends()),
            List.of(views.table(contrasts(courses, others(), Scheme.AFTER, LOSS)))));
    for (int percent : courses.percents()) {
      sections.add(
          new Section(
              percent + " % removed, epoch by epoch",
              "Means over the seeds. A cut shows in the epoch after it.",
              List.of(views.losses(percent), views.parameters(percent)),
              List.of()));
    }
    return new Findings(verdicts(setup, courses), sections);
  }

  static List<Scheme> others() {
    return Arrays.stream(Scheme.values()).filter(scheme -> scheme != Scheme.AFTER).toList();
  }

  private static List<Verdict> verdicts(Setup setup, Courses courses) {
    return List.of(
        asGood(
            setup,
            "Cutting while training ends at a loss at most 5 % above that of cutting after training"
                + " and fine-tuning for as long with the penalty",
            contrasts(courses, WHILE, Scheme.AFTER, LOSS)),
        asGood(
            setup,
            "Cutting while training ends at a loss at most 5 % above that of cutting after training"
                + " and fine-tuning for as long without the penalty, as is usual",
            contrasts(courses, WHILE, Scheme.AFTER_PLAIN, LOSS)),
        lower(
            setup,
            "Two or four cuts end at a lower loss than one",
            contrasts(courses, SEVERAL, Scheme.ONE, LOSS),
            ""),
        lower(
            setup,
            "One, two or four cuts up to two thirds of the training end at a lower loss than one"
                + " before the last epoch",
            contrasts(courses, WHILE, Scheme.LATE, LOSS),
            ""),
        lower(
            setup,
            "Two or four cuts while training take fewer parameter-epochs than cutting after it",
            contrasts(courses, SEVERAL, Scheme.AFTER, WORK),
            " Seconds, which decide nothing here: "
                + ratios(contrasts(courses, SEVERAL, Scheme.AFTER, SECONDS))
                + "; of the same work, so by chance alone: "
                + ratios(contrasts(courses, List.of(Scheme.ONE), Scheme.AFTER, SECONDS))
                + "."));
  }

  private static Verdict lower(Setup setup, String claim, List<Contrast> contrasts, String beside) {
    return new Verdict(
        claim,
        Contrast.outcome(setup, contrasts, Contrast::lower, Contrast::notLower),
        Contrast.text(contrasts) + "." + beside);
  }

  private static Verdict asGood(Setup setup, String claim, List<Contrast> contrasts) {
    return new Verdict(
        claim,
        Contrast.outcome(setup, contrasts, Contrast::asGood, Contrast::notAsGood),
        RESTARTS
            + contrasts.stream()
                .map(contrast -> contrast.text() + ": " + word(contrast))
                .collect(Collectors.joining("; "))
            + ".");
  }

  private static String ratios(List<Contrast> contrasts) {
    return contrasts.stream()
        .map(c -> c.first() + " / " + c.second() + " " + Numbers.interval(c.ratio()))
        .collect(Collectors.joining("; "));
  }

  /** What a contrast of losses says of the first. */
  static String word(Contrast contrast) {
    if (contrast.test().difference().count() < Contrast.FEWEST_SEEDS) {
      return "too few seeds";
    }
    return contrast.lower()
        ? "better"
        : contrast.asGood() ? "as good" : contrast.notAsGood() ? "worse" : "not decided";
  }

  /** One family over all shares removed; the names say the share. */
  static List<Contrast> contrasts(
      Courses courses, List<Scheme> schemes, Scheme reference, String column) {
    List<Pair> pairs = new ArrayList<>();
    for (int percent : courses.percents()) {
      BySeed second = log(courses, reference, percent, column);
      for (Scheme scheme : schemes) {
        pairs.add(new Pair(log(courses, scheme, percent, column), second));
      }
    }
    return Contrast.family(pairs);
  }

  private static BySeed log(Courses courses, Scheme scheme, int percent, String column) {
    BySeed end = courses.end(scheme, percent, column);
    return new BySeed(scheme.label() + " at " + percent + " %", end.map(Math::log).values());
  }
}

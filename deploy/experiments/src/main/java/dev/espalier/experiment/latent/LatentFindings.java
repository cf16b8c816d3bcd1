package dev.espalier.experiment.latent;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.compare.Outcomes;
import dev.espalier.experiment.latent.CouplingTrend.Against;
import java.util.ArrayList;
import java.util.List;

/** What the sweep says; a pure function of its tables. */
final class LatentFindings {
  private static final String CLAIM =
      "Coupling groups lose importance as the latent dimension grows";

  private LatentFindings() {}

  /**
   * @param results of all cells
   */
  static Findings of(List<CellResult> results) {
    Sweep sweep = new Sweep(results);
    List<CouplingTrend> trends = CouplingTrend.of(sweep);
    List<Dilution> dilution = Dilution.of(sweep);
    List<Verdict> verdicts = new ArrayList<>();
    for (Against against : Against.values()) {
      for (Normalisation normalisation : Normalisation.values()) {
        if (CouplingTrend.tested(normalisation, against)) {
          verdicts.add(verdict(sweep, trends, normalisation, against));
        }
      }
    }
    verdicts.add(Dilution.verdict(dilution));
    verdicts.add(Leads.verdict(sweep));
    verdicts.addAll(Shifts.verdicts(sweep));
    return new Findings(
        verdicts,
        List.of(
            CouplingSections.shares(sweep),
            CouplingSections.shuffled(sweep),
            survives(sweep, trends, dilution),
            Leads.section(sweep),
            Shifts.section(sweep)));
  }

  private static Verdict verdict(
      Sweep sweep, List<CouplingTrend> all, Normalisation normalisation, Against against) {
    List<CouplingTrend> trends = of(all, normalisation, against);
    String claim =
        CLAIM
            + ", by the "
            + normalisation.words()
            + (against == Against.ALONE
                ? normalisation == Normalisation.MEAN ? " (the paper's score)" : ""
                : ", relative to the same gradients shuffled across parameters");
    return new Verdict(
        claim,
        Outcomes.together(trends.stream().map(CouplingTrend::outcome).toList()),
        String.join("; ", trends.stream().map(trend -> numbers(sweep, trend)).toList()));
  }

  private static List<CouplingTrend> of(
      List<CouplingTrend> all, Normalisation normalisation, Against against) {
    return all.stream()
        .filter(t -> t.normalisation() == normalisation && t.against() == against)
        .toList();
  }

  private static String numbers(Sweep sweep, CouplingTrend t) {
    return "%s: %s, with d to the power of %s, p = %s after Holm; %s %s at d = %d, %s at d = %d"
        .formatted(
            t.network(),
            Words.of(t.direction()),
            Words.of(t.trend().slope()),
            Words.of(t.p()),
            t.against().words(),
            Words.of(t.first().mean()),
            sweep.least(),
            Words.of(t.last().mean()),
            sweep.most());
  }

  private static Section survives(
      Sweep sweep, List<CouplingTrend> trends, List<Dilution> dilution) {
    StringBuilder text = new StringBuilder();
    for (Against against : Against.values()) {
      for (Normalisation normalisation : Normalisation.values()) {
        if (!CouplingTrend.tested(normalisation, against)) {
          continue;
        }
        List<CouplingTrend> own = of(trends, normalisation, against);
        text.append("By the ")
            .append(normalisation.words())
            .append(against == Against.ALONE ? "" : " relative to shuffled gradients")
            .append(" the coupling group's share: ")
            .append(
                String.join(
                    ", ",
                    own.stream().map(t -> Words.of(t.direction()) + " in " + t.network()).toList()))
            .append(". ");
      }
    }
    text.append(
        "A mean over a group's parameters also falls where the same sum is spread over more of"
            + " them. Had every group grown as it did and kept its sum: ");
    text.append(
        String.join("; ", dilution.stream().map(d -> d.network() + ": " + d.left()).toList()));
    text.append(
        ". The share by each single metric, and the mean per parameter beside shuffled gradients,"
            + " are told without a test. The Bayesian uncertainty holds what the first batches were"
            + " for long (kappa 0.25 a batch, nothing is forgotten).");
    return new Section(
        "How much of the claim survives",
        text.toString(),
        List.of(),
        List.of(CouplingTrend.table(trends), CouplingTrend.told(sweep), Dilution.table(dilution)));
  }
}

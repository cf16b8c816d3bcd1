package dev.espalier.experiment.latent;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.compare.Outcomes;
import dev.espalier.experiment.statistics.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whether the coupling group leads, as the diagnosis COUPLING_FIRST looks at it: by the share of
 * component groups that score lower, in the metric where it is least.
 */
final class Leads {
  /** The diagnosis' own threshold where nothing else is set. */
  private static final double THRESHOLD = 0.95;

  private Leads() {}

  static Verdict verdict(Sweep sweep) {
    int narrow = sweep.least();
    List<Outcome> outcomes = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    for (String network : sweep.networks()) {
      double[] leads = sweep.values(network, narrow, r -> GroupScores.last(r).leastLead());
      long leading = Arrays.stream(leads).filter(lead -> lead >= THRESHOLD).count();
      outcomes.add(
          leads.length < Sweep.FEWEST_SEEDS
              ? Outcome.OPEN
              : leading == leads.length
                  ? Outcome.CONFIRMED
                  : leading == 0 ? Outcome.NOT_CONFIRMED : Outcome.OPEN);
      numbers.add(
          "%s: it leads in %d of %d seeds; least lead over the metrics %s, %s at d = %d"
              .formatted(
                  network,
                  leading,
                  leads.length,
                  Words.of(Interval.of(leads)),
                  Words.of(
                      sweep
                          .interval(network, sweep.most(), r -> GroupScores.last(r).leastLead())
                          .mean()),
                  sweep.most()));
    }
    return new Verdict(
        "The coupling group leads in every metric at d = " + narrow + " (COUPLING_FIRST)",
        Outcomes.together(outcomes),
        String.join("; ", numbers) + ". " + diagnosed(sweep));
  }

  private static String diagnosed(Sweep sweep) {
    long fired = sweep.results().stream().filter(Leads::fired).count();
    return "The diagnosis itself was made in %d of %d runs: it asks for two coupling groups, these networks have one"
        .formatted(fired, sweep.results().size());
  }

  private static boolean fired(CellResult result) {
    return result.table(CellTables.RUN).where("coupling_first", true).rows().size() == 1;
  }

  static Section section(Sweep sweep) {
    Table.Builder table =
        Table.of("leads", "network", "latent", "metric", "lead", "low", "high", "diagnosed");
    for (String network : sweep.networks()) {
      for (int latent : sweep.latents()) {
        long fired = sweep.cells(network, latent).stream().filter(Leads::fired).count();
        for (int m = 0; m < CellTables.METRICS.size(); m++) {
          int metric = m;
          Interval lead = sweep.interval(network, latent, r -> GroupScores.last(r).lead(metric));
          table.row(
              network,
              latent,
              CellTables.METRICS.get(m),
              lead.mean(),
              lead.low(),
              lead.high(),
              fired);
        }
      }
    }
    return new Section(
        "Does the coupling group come first?",
        "The lead is the share of component groups that score lower than the coupling group, by the"
            + " mean per parameter at the end of training; 1 is ahead of all. COUPLING_FIRST begins"
            + " at "
            + THRESHOLD
            + " in every metric, and is told only where there are two coupling groups or more.",
        List.of(),
        List.of(table.build()));
  }
}

package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.Table;
import dev.espalier.experiment.statistics.Holm;
import dev.espalier.experiment.statistics.Interval;
import dev.espalier.experiment.statistics.PairedTest;
import java.util.ArrayList;
import java.util.List;

/**
 * What a cut costs in return, against the unpruned agents of the same seeds on the same starts.
 *
 * @param judged the agents
 * @param seeds mean return less that of the unpruned agent, over seeds; below 0 is a loss
 * @param starts the same over starts, each start's returns averaged over seeds first: of these
 *     agents alone
 * @param p of the latter, by Student's t, two-sided
 * @param pHolm corrected for the table's other rows
 */
record ReturnLoss(Judged judged, Interval seeds, Interval starts, double p, double pHolm) {
  private static final double LEVEL = 0.05;

  /**
   * @param cuts that stand in one table
   * @param unpruned agents of the same phase
   */
  static List<ReturnLoss> of(List<Judged> cuts, Judged unpruned) {
    List<PairedTest> bySeed = new ArrayList<>();
    List<PairedTest> byStart = new ArrayList<>();
    for (Judged cut : cuts) {
      cut.checkSeeds(unpruned);
      bySeed.add(PairedTest.of(cut.bySeed(), unpruned.bySeed()));
      byStart.add(PairedTest.of(cut.byStart(), unpruned.byStart()));
    }
    double[] holm = Holm.adjusted(byStart.stream().mapToDouble(PairedTest::pT).toArray());
    List<ReturnLoss> losses = new ArrayList<>();
    for (int i = 0; i < cuts.size(); i++) {
      losses.add(
          new ReturnLoss(
              cuts.get(i),
              bySeed.get(i).difference(),
              byStart.get(i).difference(),
              byStart.get(i).pT(),
              holm[i]));
    }
    return losses;
  }

  /** Whether these agents play worse, on starts like these. */
  boolean significant() {
    return pHolm < LEVEL && starts.mean() < 0;
  }

  /** Whether agents like these, of other seeds, play worse too. */
  boolean significantOverSeeds() {
    return seeds.high() < 0;
  }

  /** Largest loss that starts or seeds leave open, 0 where even that is a gain. */
  double mostLoss() {
    return Math.max(0, -Math.min(starts.low(), seeds.low()));
  }

  static Table table(String name, List<ReturnLoss> losses) {
    Table.Builder table =
        Table.of(
            name,
            "component",
            "asked",
            "parameters_removed",
            "return",
            "difference",
            "low_over_seeds",
            "high_over_seeds",
            "low_over_starts",
            "high_over_starts",
            "p",
            "p_holm",
            "significantly_worse");
    for (ReturnLoss loss : losses) {
      table.row(
          loss.judged.component(),
          loss.judged.ratio(),
          Interval.of(loss.judged.each("removed")).mean(),
          Interval.of(loss.judged.bySeed()).mean(),
          loss.seeds.mean(),
          loss.seeds.low(),
          loss.seeds.high(),
          loss.starts.low(),
          loss.starts.high(),
          loss.p,
          loss.pHolm,
          loss.significant());
    }
    return table.build();
  }
}

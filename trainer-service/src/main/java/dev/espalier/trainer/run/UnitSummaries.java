package dev.espalier.trainer.run;

import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.UnitMembership;
import dev.espalier.trainer.summary.UnitStatistics;
import dev.espalier.trainer.summary.UnitSums;
import dev.espalier.training.v1.UnitSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** What a run says of its groups unit by unit: every k-th batch, stretch by stretch. */
final class UnitSummaries {
  /** Units of every stretch of a group but its last. */
  static final int STRETCH = 8192;

  private final UnitMembership units;
  private final Optional<UnitSums> sums;
  private final int every;

  /**
   * @param every batches from one summary to the next, at least 1; 0 for none
   */
  UnitSummaries(Membership membership, int every) {
    this(membership, every, group -> true);
  }

  /**
   * @param told which groups may be told of, by their number
   */
  UnitSummaries(Membership membership, int every, IntPredicate told) {
    this.every = every;
    units = every == 0 ? UnitMembership.none(membership) : new UnitMembership(membership, told);
    boolean any = false;
    for (int g = 0; g < membership.groups().size(); g++) {
      any |= units.units(g) > 0;
    }
    sums = any ? Optional.of(new UnitSums(units)) : Optional.empty();
  }

  /** Units that summaries speak of, 0 for a group of which there are none. */
  int units(int group) {
    return units.units(group);
  }

  /** Whether there is none of a group although summaries are wanted and it has units. */
  boolean isIncomplete() {
    return every > 0 && !units.isComplete();
  }

  /**
   * Takes the sums of a batch, where a summary of it is due.
   *
   * @param batches batches of the run before this one
   */
  Optional<UnitSums> due(long batches) {
    return every > 0 && batches % every == 0 ? sums : Optional.empty();
  }

  /** The summaries of a batch whose sums were taken, group by group, stretch by stretch. */
  List<UnitSummary> of(UnitSums taken, int epoch, int batch) {
    UnitStatistics statistics = taken.statistics();
    List<UnitSummary> summaries = new ArrayList<>();
    for (int g = 0; g < statistics.taylor().length; g++) {
      String id = units.membership().groups().get(g).id();
      for (int from = 0; from < units.units(g); from += STRETCH) {
        UnitSummary.Builder summary =
            UnitSummary.newBuilder().setGroupId(id).setEpoch(epoch).setBatch(batch).setOffset(from);
        for (int u = from; u < Math.min(units.units(g), from + STRETCH); u++) {
          summary
              .addGradient(statistics.meanAbsoluteGradient()[g][u])
              .addFisher(statistics.meanSquaredGradient()[g][u])
              .addTaylor(statistics.taylor()[g][u]);
        }
        summaries.add(summary.build());
      }
    }
    return summaries;
  }
}

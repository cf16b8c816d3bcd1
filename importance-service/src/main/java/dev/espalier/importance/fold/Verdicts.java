package dev.espalier.importance.fold;

import dev.espalier.importance.metric.GroupEvidence;
import dev.espalier.importance.schedule.CosineSchedule;
import dev.espalier.importance.schedule.HalfCycles;
import dev.espalier.importance.schedule.Verdict;
import dev.espalier.importance.v1.Criticality;
import dev.espalier.importance.v1.CriticalityState;
import java.util.Arrays;
import java.util.Optional;

/** The criticality of a run's groups: sums of half cycles, newest verdicts, and their counts. */
final class Verdicts {
  private final Verdict.Bounds bounds;
  private final dev.espalier.importance.schedule.Criticality criticality;
  private final Criticality[] newest;

  /**
   * @param state as {@link #state()} gave it; the default instance for a run that has just begun
   */
  Verdicts(CosineSchedule schedule, Verdict.Bounds bounds, CriticalityState state) {
    this.bounds = bounds;
    this.newest = new Criticality[schedule.groups()];
    Arrays.fill(newest, Criticality.getDefaultInstance());
    HalfCycles sums = HalfCycles.fresh(schedule);
    for (int i = 0; i < state.getHalfCount(); i++) {
      sums.half()[i] = state.getHalf(i);
      sums.own()[i] = state.getOwn(i);
      sums.others()[i] = state.getOthers(i);
      sums.count()[i] = state.getCount(i);
      sums.ownBefore()[i] = state.getOwnBefore(i);
      sums.othersBefore()[i] = state.getOthersBefore(i);
      sums.countBefore()[i] = state.getCountBefore(i);
      newest[i] = state.getNewest(i);
    }
    this.criticality =
        new dev.espalier.importance.schedule.Criticality(
            schedule,
            sums,
            state.getEpoch(),
            state.getOwnAtCutList().stream().mapToDouble(x -> x).toArray(),
            state.getOthersAtCutList().stream().mapToDouble(x -> x).toArray());
  }

  /**
   * @param norm sum of |parameter| of each group at the newest batch
   * @param count parameters of each group at that batch, at least 1
   */
  void cut(double[] norm, long[] count) {
    criticality.cut(norm, count);
  }

  void add(int epoch, GroupEvidence batch) {
    criticality.add(epoch, batch, this::fell);
  }

  /**
   * @param next the epoch that begins
   */
  void advance(int next) {
    criticality.advance(next, this::fell);
  }

  /** The group's newest verdict; empty before the first. */
  Optional<Criticality> newest(int group) {
    return Optional.of(newest[group]).filter(c -> c.getCycles() > 0);
  }

  CriticalityState state() {
    HalfCycles sums = criticality.sums();
    CriticalityState.Builder state =
        CriticalityState.newBuilder()
            .setEpoch(criticality.epoch())
            .addAllNewest(Arrays.asList(newest));
    for (int i = 0; i < newest.length; i++) {
      state
          .addHalf(sums.half()[i])
          .addOwn(sums.own()[i])
          .addOthers(sums.others()[i])
          .addCount(sums.count()[i])
          .addOwnBefore(sums.ownBefore()[i])
          .addOthersBefore(sums.othersBefore()[i])
          .addCountBefore(sums.countBefore()[i]);
    }
    for (int i = 0; i < criticality.ownAtCut().length; i++) {
      state.addOwnAtCut(criticality.ownAtCut()[i]).addOthersAtCut(criticality.othersAtCut()[i]);
    }
    return state.build();
  }

  private void fell(int group, Verdict verdict) {
    Verdict.Kind kind = verdict.kind(bounds);
    Criticality before = newest[group];
    newest[group] =
        Criticality.newBuilder()
            .setCycle(verdict.cycle())
            .setVerdict(dev.espalier.importance.v1.Verdict.valueOf("VERDICT_" + kind.name()))
            .setBefore(verdict.before())
            .setPressed(verdict.pressed())
            .setOthersBefore(verdict.othersBefore())
            .setOthersPressed(verdict.othersPressed())
            .setChange(verdict.change())
            .setSummariesBefore(verdict.summariesBefore())
            .setSummariesPressed(verdict.summariesPressed())
            .setCriticalCycles(before.getCriticalCycles() + count(kind, Verdict.Kind.CRITICAL))
            .setCandidateCycles(before.getCandidateCycles() + count(kind, Verdict.Kind.CANDIDATE))
            .setCycles(before.getCycles() + 1)
            .build();
  }

  private static int count(Verdict.Kind kind, Verdict.Kind counted) {
    return kind == counted ? 1 : 0;
  }
}

package dev.espalier.importance.schedule;

import dev.espalier.importance.metric.GroupEvidence;

/**
 * Whether groups keep their size while their coefficient is high (arXiv 2601.19794; the windows and
 * thresholds are our choice). For group i the cycle of the schedule falls into the half around its
 * peak, where lambda_i is above 1/2, and the half before, where it is below. Over each, the mean of
 * mean |theta_i| and of the mean |theta| of all other groups is taken: of the others, for a group
 * with most of the parameters would be compared with itself. Once the half around the peak is over,
 * and the half before was seen, a {@link Verdict} falls.
 *
 * <p>The coefficient is constant over an epoch, so every batch counts at its epoch's number. Memory
 * is a few numbers a group, however long the run.
 */
public final class Criticality {
  private final CosineSchedule schedule;
  private final HalfCycles sums;
  private int epoch;
  private final double[] meanOfOthers;
  private final double[] counted;

  /** Is told of each verdict as it falls. */
  @FunctionalInterface
  public interface Listener {
    void fell(int group, Verdict verdict);
  }

  /**
   * @param schedule of the run
   * @param sums written to from here on
   * @param epoch newest epoch, from 0
   */
  public Criticality(CosineSchedule schedule, HalfCycles sums, int epoch) {
    this.schedule = schedule;
    this.sums = sums;
    this.epoch = epoch;
    this.meanOfOthers = new double[schedule.groups()];
    this.counted = new double[schedule.groups()];
  }

  /**
   * Counts a batch; one of an older epoch than the newest is left out.
   *
   * @param epochOfBatch from 0
   */
  public void add(int epochOfBatch, GroupEvidence batch, Listener listener) {
    if (epochOfBatch < epoch) {
      return;
    }
    advance(epochOfBatch, listener);
    others(batch);
    for (int i = 0; i < meanOfOthers.length; i++) {
      sums.own()[i] += batch.l1Norm()[i] / batch.count()[i];
      sums.others()[i] += meanOfOthers[i];
      sums.count()[i]++;
    }
  }

  /**
   * Moves on to an epoch; verdicts of half cycles that end before it fall.
   *
   * @param next from 0; one that is not newer changes nothing
   */
  public void advance(int next, Listener listener) {
    if (next <= epoch) {
      return;
    }
    epoch = next;
    for (int i = 0; i < meanOfOthers.length; i++) {
      long half = schedule.halfCycle(i, next);
      if (half == sums.half()[i]) {
        continue;
      }
      boolean isPressed = Math.floorMod(sums.half()[i], 2) == 0;
      if (isPressed && sums.count()[i] > 0 && sums.countBefore()[i] > 0) {
        listener.fell(i, sums.verdict(i));
      }
      sums.open(i, half);
    }
  }

  /** Newest epoch, from 0. */
  public int epoch() {
    return epoch;
  }

  public HalfCycles sums() {
    return sums;
  }

  /** Mean |parameter| of all groups but i, by sums from both ends: nothing cancels. */
  private void others(GroupEvidence batch) {
    double[] norm = batch.l1Norm();
    long[] count = batch.count();
    double sum = 0;
    double parameters = 0;
    for (int i = 0; i < meanOfOthers.length; i++) {
      meanOfOthers[i] = sum;
      counted[i] = parameters;
      sum += norm[i];
      parameters += count[i];
    }
    sum = 0;
    parameters = 0;
    for (int i = meanOfOthers.length - 1; i >= 0; i--) {
      double others = counted[i] + parameters;
      meanOfOthers[i] = others == 0 ? 0 : (meanOfOthers[i] + sum) / others;
      sum += norm[i];
      parameters += count[i];
    }
  }
}

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
 * <p>A cut changes which parameters a mean is over, and with them the mean, though no parameter
 * moved. So the sums before a cut are multiplied by (mean at the first batch after it) / (mean at
 * the last batch before it), as the links of a chained index are: what lies between the two batches
 * counts as no change, be it the cut or the one step.
 *
 * <p>The coefficient is constant over an epoch, so every batch counts at its epoch's number. Memory
 * is a few numbers a group, however long the run.
 */
public final class Criticality {
  private static final double[] NONE = {};

  private final CosineSchedule schedule;
  private final HalfCycles sums;
  private int epoch;
  private final double[] meanOfOthers;
  private final double[] counted;
  private double[] ownAtCut;
  private double[] othersAtCut;

  /** Is told of each verdict as it falls. */
  @FunctionalInterface
  public interface Listener {
    void fell(int group, Verdict verdict);
  }

  /** One without an open cut. */
  public Criticality(CosineSchedule schedule, HalfCycles sums, int epoch) {
    this(schedule, sums, epoch, NONE, NONE);
  }

  /**
   * @param schedule of the run
   * @param sums written to from here on
   * @param epoch newest epoch, from 0
   * @param ownAtCut mean |parameter| of each group at the newest batch before a cut that no batch
   *     has followed; else empty
   * @param othersAtCut the same of the other groups
   */
  public Criticality(
      CosineSchedule schedule,
      HalfCycles sums,
      int epoch,
      double[] ownAtCut,
      double[] othersAtCut) {
    this.schedule = schedule;
    this.sums = sums;
    this.epoch = epoch;
    this.meanOfOthers = new double[schedule.groups()];
    this.counted = new double[schedule.groups()];
    this.ownAtCut = ownAtCut;
    this.othersAtCut = othersAtCut;
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
    others(batch.l1Norm(), batch.count());
    link(batch);
    for (int i = 0; i < meanOfOthers.length; i++) {
      sums.own()[i] += batch.l1Norm()[i] / batch.count()[i];
      sums.others()[i] += meanOfOthers[i];
      sums.count()[i]++;
    }
  }

  /**
   * The groups are cut.
   *
   * @param norm sum of |parameter| of each group at the newest batch
   * @param count parameters of each group at that batch, at least 1
   */
  public void cut(double[] norm, long[] count) {
    if (ownAtCut.length > 0) {
      return;
    }
    others(norm, count);
    ownAtCut = new double[norm.length];
    for (int i = 0; i < norm.length; i++) {
      ownAtCut[i] = norm[i] / count[i];
    }
    othersAtCut = meanOfOthers.clone();
  }

  private void link(GroupEvidence batch) {
    for (int i = 0; i < ownAtCut.length; i++) {
      sums.scale(
          i,
          ratio(batch.l1Norm()[i] / batch.count()[i], ownAtCut[i]),
          ratio(meanOfOthers[i], othersAtCut[i]));
    }
    ownAtCut = NONE;
    othersAtCut = NONE;
  }

  private static double ratio(double after, double before) {
    return after == before ? 1 : after / before;
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

  /** Of the constructor, as it is now. */
  public double[] ownAtCut() {
    return ownAtCut;
  }

  /** Of the constructor, as it is now. */
  public double[] othersAtCut() {
    return othersAtCut;
  }

  /** Mean |parameter| of all groups but i, by sums from both ends: nothing cancels. */
  private void others(double[] norm, long[] count) {
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

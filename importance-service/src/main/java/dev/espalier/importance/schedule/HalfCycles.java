package dev.espalier.importance.schedule;

/**
 * Running sums of one run's half cycles, columns over its groups. The arrays are not copied; {@link
 * Criticality} writes to them.
 *
 * @param half the half cycle that is open
 * @param own sum over it of the group's mean |parameter|
 * @param others sum over it of the other groups' mean |parameter|
 * @param count batches in it, at least 0
 * @param ownBefore the sum of the group over the newest half cycle before a peak
 * @param othersBefore the sum of the others over it
 * @param countBefore batches in it; 0 where there is none
 */
public record HalfCycles(
    long[] half,
    double[] own,
    double[] others,
    long[] count,
    double[] ownBefore,
    double[] othersBefore,
    long[] countBefore) {

  /** Sums of a run that has no batch yet. */
  public static HalfCycles fresh(CosineSchedule schedule) {
    int groups = schedule.groups();
    long[] half = new long[groups];
    for (int i = 0; i < groups; i++) {
      half[i] = schedule.halfCycle(i, 0);
    }
    return new HalfCycles(
        half,
        new double[groups],
        new double[groups],
        new long[groups],
        new double[groups],
        new double[groups],
        new long[groups]);
  }

  Verdict verdict(int i) {
    return new Verdict(
        half[i] / 2,
        ownBefore[i] / countBefore[i],
        own[i] / count[i],
        othersBefore[i] / countBefore[i],
        others[i] / count[i],
        countBefore[i],
        count[i]);
  }

  /**
   * Puts what was summed of a group on another scale; forgets it where a ratio is 0 or not finite.
   *
   * @param ofOwn what the group's mean |parameter| is multiplied by
   * @param ofOthers what that of the others is multiplied by
   */
  void scale(int i, double ofOwn, double ofOthers) {
    boolean isScale = ofOwn > 0 && ofOthers > 0 && Double.isFinite(ofOwn + ofOthers);
    own[i] = isScale ? own[i] * ofOwn : 0;
    others[i] = isScale ? others[i] * ofOthers : 0;
    ownBefore[i] = isScale ? ownBefore[i] * ofOwn : 0;
    othersBefore[i] = isScale ? othersBefore[i] * ofOthers : 0;
    count[i] = isScale ? count[i] : 0;
    countBefore[i] = isScale ? countBefore[i] : 0;
  }

  void open(int i, long next) {
    boolean isBeforePeak = Math.floorMod(half[i], 2) == 1 && next == half[i] + 1;
    ownBefore[i] = isBeforePeak ? own[i] : 0;
    othersBefore[i] = isBeforePeak ? others[i] : 0;
    countBefore[i] = isBeforePeak ? count[i] : 0;
    half[i] = next;
    own[i] = 0;
    others[i] = 0;
    count[i] = 0;
  }
}

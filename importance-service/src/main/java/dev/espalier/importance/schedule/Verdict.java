package dev.espalier.importance.schedule;

import dev.espalier.importance.metric.GroupEvidence;

/**
 * How a group stood up to its coefficient in one cycle: its mean |parameter| over the half cycle
 * around the peak against that over the half cycle before, relative to the other groups.
 *
 * @param cycle from 0
 * @param before mean |parameter| of the group in the half cycle before, at least 0
 * @param pressed the same around the peak
 * @param othersBefore mean |parameter| of the other groups in the half cycle before, at least 0
 * @param othersPressed the same around the peak
 * @param summariesBefore batches behind the means before, at least 1
 * @param summariesPressed batches behind the means around the peak, at least 1
 */
public record Verdict(
    long cycle,
    double before,
    double pressed,
    double othersBefore,
    double othersPressed,
    long summariesBefore,
    long summariesPressed) {

  /** What a verdict says. */
  public enum Kind {
    /** Maintained or grown: the loss holds on to the group. */
    CRITICAL,
    /** Declined beyond the threshold: the group can be cut. */
    CANDIDATE,
    /** In between. */
    NEITHER
  }

  /**
   * Where verdicts begin.
   *
   * @param criticalWithin largest decline of a critical group, as a share, in [0, 1]
   * @param candidateBeyond smallest decline that makes a candidate, criticalWithin to 1
   */
  public record Bounds(double criticalWithin, double candidateBeyond) {
    /**
     * @throws IllegalArgumentException naming the field out of range
     */
    public Bounds {
      if (!(criticalWithin >= 0 && criticalWithin <= 1)) {
        throw new IllegalArgumentException(
            "critical_within = " + criticalWithin + ": must be in [0, 1]");
      }
      if (!(candidateBeyond >= criticalWithin && candidateBeyond <= 1)) {
        throw new IllegalArgumentException(
            "candidate_beyond = " + candidateBeyond + ": must be from critical_within to 1");
      }
    }
  }

  /**
   * (pressed/before) / (othersPressed/othersBefore) - 1. A ratio to 0 counts as 1 where both are 0,
   * else as the largest number; -1 where nothing is left of the group.
   *
   * @return -1 to {@link GroupEvidence#LARGEST}
   */
  public double change() {
    if (pressed == 0) {
      return -1;
    }
    return ratio(ratio(pressed, before), ratio(othersPressed, othersBefore)) - 1;
  }

  public Kind kind(Bounds bounds) {
    double change = change();
    if (change >= -bounds.criticalWithin() && pressed > 0) {
      return Kind.CRITICAL;
    }
    return change < -bounds.candidateBeyond() || pressed == 0 ? Kind.CANDIDATE : Kind.NEITHER;
  }

  private static double ratio(double after, double before) {
    if (before == 0) {
      return after == 0 ? 1 : GroupEvidence.LARGEST;
    }
    return Math.min(after / before, GroupEvidence.LARGEST);
  }
}

package dev.espalier.pruner.plan;

import java.util.List;

/**
 * What a plan must leave.
 *
 * @param protectedGroups groups that stay whole: ids, or patterns in which {@code *} stands for any
 *     characters; each must match a group
 * @param multipleOf what remains of a group that is cut is a multiple of this on every axis that it
 *     touches, at least 1; a group too small for that stays whole
 * @param leastKept share of its units that every group keeps at least, 0 to 1 without 1; one unit
 *     stays in any case
 */
public record Constraints(List<String> protectedGroups, int multipleOf, double leastKept) {
  /** Only that one unit stays in every group. */
  public static final Constraints NONE = new Constraints(List.of(), 1, 0);

  public Constraints {
    protectedGroups = List.copyOf(protectedGroups);
    if (multipleOf < 1) {
      throw new IllegalArgumentException("multiple_of = " + multipleOf + ": below 1");
    }
    if (!(leastKept >= 0 && leastKept < 1)) {
      throw new IllegalArgumentException("least_kept = " + leastKept + ": not in [0, 1)");
    }
  }
}

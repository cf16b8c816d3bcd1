package dev.espalier.pruner.graph;

import java.util.List;

/**
 * What must be removed together: one unit of a group.
 *
 * @param group id of the group
 * @param unit position in the group, from 0
 * @param slices its indices on every initialiser axis that the group touches
 */
public record CoupledUnit(String group, int unit, List<Slice> slices) {
  public CoupledUnit {
    slices = List.copyOf(slices);
  }

  @Override
  public String toString() {
    return group + "/" + unit + " " + slices;
  }
}

package dev.espalier.pruner;

import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Slice;
import java.util.Arrays;
import java.util.List;

/** What of a group belongs to one of its units. */
public final class Units {
  private Units() {}

  /** The unit's indices on every axis that the group touches. */
  public static List<Slice> slices(Group group, int unit) {
    return group.slices().stream()
        .map(
            slice -> {
              int each = slice.index().length / group.units();
              int[] own = Arrays.copyOfRange(slice.index(), unit * each, (unit + 1) * each);
              return new Slice(slice.initializer(), slice.axis(), own);
            })
        .toList();
  }
}

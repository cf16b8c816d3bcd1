package dev.espalier.trainer.summary;

import java.util.List;

/**
 * Which parameters belong to a group: the union of its slices.
 *
 * @param id the group's id, not empty
 * @param units coupled units of the group, 0 where it is not looked at unit by unit
 * @param slices at least one; where there are units, unit u owns the entries [u k, (u + 1) k) of a
 *     slice of units k indices
 */
public record GroupSlices(String id, int units, List<Slice> slices) {
  public GroupSlices {
    slices = List.copyOf(slices);
    if (id.isEmpty() || slices.isEmpty() || units < 0) {
      throw new IllegalArgumentException(
          "group \"%s\", units = %d: needs an id, a slice, and no fewer than 0 units"
              .formatted(id, units));
    }
    for (Slice slice : slices) {
      if (units > 0 && slice.indices().length % units != 0) {
        throw new IllegalArgumentException(
            "group \"%s\": %d indices on axis %d of \"%s\" do not divide by units = %d"
                .formatted(id, slice.indices().length, slice.axis(), slice.initializer(), units));
      }
    }
  }

  /** A group that is not looked at unit by unit. */
  public GroupSlices(String id, List<Slice> slices) {
    this(id, 0, slices);
  }

  /**
   * Some indices on one axis of an initialiser.
   *
   * @param initializer its name
   * @param axis from 0
   * @param indices each at least 0 and below the axis' length
   */
  public record Slice(String initializer, int axis, int[] indices) {}
}

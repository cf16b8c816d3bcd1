package dev.espalier.trainer.summary;

import java.util.List;

/**
 * Which parameters belong to a group: the union of its slices.
 *
 * @param id the group's id, not empty
 * @param slices at least one
 */
public record GroupSlices(String id, List<Slice> slices) {
  public GroupSlices {
    slices = List.copyOf(slices);
    if (id.isEmpty() || slices.isEmpty()) {
      throw new IllegalArgumentException("group \"" + id + "\": needs an id and a slice");
    }
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

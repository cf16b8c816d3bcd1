package dev.espalier.pruner.graph;

import java.util.List;

/**
 * Coupled units that touch the same axes of the same initialisers, equally often.
 *
 * @param id unique in the graph, stable across cuts
 * @param components components of its initialisers, sorted; at least one
 * @param units how many units, at least 1
 * @param slices every initialiser axis that it touches, at least one
 * @param parameters scalars in the union of all slices, at least 1
 */
public record Group(
    String id, List<String> components, int units, List<Slice> slices, long parameters) {
  public Group {
    components = List.copyOf(components);
    slices = List.copyOf(slices);
    if (id.isEmpty() || components.isEmpty() || slices.isEmpty() || units < 1 || parameters < 1) {
      throw new IllegalArgumentException(
          "group \"%s\": units = %d, parameters = %d, %d components, %d slices; each at least 1"
              .formatted(id, units, parameters, components.size(), slices.size()));
    }
    for (Slice slice : slices) {
      if (slice.index().length % units != 0) {
        throw new IllegalArgumentException(
            "group \"%s\": %d indices on axis %d of \"%s\" do not divide by units = %d"
                .formatted(id, slice.index().length, slice.axis(), slice.initializer(), units));
      }
    }
  }

  /** True where the group spans two or more components. */
  public boolean coupling() {
    return components.size() > 1;
  }
}

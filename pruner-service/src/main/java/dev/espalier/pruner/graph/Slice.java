package dev.espalier.pruner.graph;

import java.util.Arrays;

/**
 * The indices of one initialiser's axis that belong to a group or to one of its units.
 *
 * @param initializer its name
 * @param axis from 0
 * @param index in a group unit by unit: with k indices a unit, unit u owns {@code [u*k, (u+1)*k)};
 *     each at least 0, none twice
 */
public record Slice(String initializer, int axis, int[] index) {
  public Slice {
    if (initializer.isEmpty() || axis < 0 || index.length == 0) {
      throw new IllegalArgumentException(
          "slice of \"%s\": axis = %d, %d indices".formatted(initializer, axis, index.length));
    }
    int[] sorted = index.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] < 0 || i > 0 && sorted[i] == sorted[i - 1]) {
        throw new IllegalArgumentException(
            "slice of \"%s\": index %d is negative or there twice"
                .formatted(initializer, sorted[i]));
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Slice that
        && initializer.equals(that.initializer)
        && axis == that.axis
        && Arrays.equals(index, that.index);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * initializer.hashCode() + axis) + Arrays.hashCode(index);
  }

  @Override
  public String toString() {
    return initializer + "[axis " + axis + ": " + Arrays.toString(index) + "]";
  }
}

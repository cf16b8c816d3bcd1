package dev.espalier.pruner.plan;

import dev.espalier.onnx.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings readings of one reader each to as few as there can be. */
final class MergedReadings {
  private MergedReadings() {}

  private record Ended(String value, int[][] slots) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Ended that
          && value.equals(that.value)
          && Arrays.deepEquals(slots, that.slots);
    }

    @Override
    public int hashCode() {
      return 31 * value.hashCode() + Arrays.deepHashCode(slots);
    }
  }

  /** All that a reader ends of a value is put together, then readers that end the same of it. */
  static List<Reading> of(List<Reading> found) {
    record Edge(String value, int reader) {}
    Map<Edge, Reading> byEdge = new LinkedHashMap<>();
    for (Reading reading : found) {
      Edge edge = new Edge(reading.value(), reading.readers().getFirst().index());
      byEdge.merge(edge, reading, MergedReadings::both);
    }
    Map<Ended, List<Node>> readers = new LinkedHashMap<>();
    for (Reading reading : byEdge.values()) {
      readers
          .computeIfAbsent(new Ended(reading.value(), reading.slots()), key -> new ArrayList<>())
          .add(reading.readers().getFirst());
    }
    List<Reading> merged = new ArrayList<>();
    readers.forEach((key, nodes) -> merged.add(new Reading(key.value, nodes, key.slots)));
    return merged;
  }

  private static Reading both(Reading a, Reading b) {
    int[][] slots = a.slots().clone();
    for (int axis = 0; axis < slots.length; axis++) {
      int[] other = b.slots()[axis];
      if (slots[axis] == null || other == null) {
        slots[axis] = slots[axis] == null ? other : slots[axis];
      } else {
        int[] mine = slots[axis];
        slots[axis] = new int[mine.length];
        Arrays.setAll(slots[axis], i -> mine[i] != 0 ? mine[i] : other[i]);
      }
    }
    return new Reading(a.value(), a.readers(), slots);
  }
}

package dev.espalier.trainer.summary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The units of a tensor's elements. A row is what lies along the last axis that units hold indices
 * of; each of its columns is that many elements side by side.
 *
 * @param outer length of each axis before the last; no axis where no unit holds anything
 * @param outerLayers the layers of each axis before the last
 * @param columns columns of a row, 0 where no unit holds anything
 * @param inner elements of a column
 * @param layers the layers of the last axis
 * @param again the columns of each slot, of those layers whose group is on an axis before as well
 */
record TensorUnits(
    int[] outer,
    List<List<Layer>> outerLayers,
    int columns,
    int inner,
    List<Layer> layers,
    List<Columns> again) {
  /**
   * Units of one group on one axis.
   *
   * @param slots of each index, -1 for none
   */
  record Layer(int group, int[] slots) {}

  /**
   * The columns of each slot.
   *
   * @param first the lowest slot
   * @param starts where each slot's columns begin, and one more entry for their end
   * @param columns rising within a slot
   */
  record Columns(int first, int[] starts, int[] columns) {
    static Columns of(Layer layer) {
      int first = Integer.MAX_VALUE;
      int last = -1;
      for (int slot : layer.slots()) {
        first = slot < 0 ? first : Math.min(first, slot);
        last = Math.max(last, slot);
      }
      int[] starts = new int[last - first + 2];
      for (int slot : layer.slots()) {
        if (slot >= 0) {
          starts[slot - first + 1]++;
        }
      }
      for (int s = 1; s < starts.length; s++) {
        starts[s] += starts[s - 1];
      }
      int[] next = starts.clone();
      int[] columns = new int[starts[starts.length - 1]];
      for (int column = 0; column < layer.slots().length; column++) {
        if (layer.slots()[column] >= 0) {
          columns[next[layer.slots()[column] - first]++] = column;
        }
      }
      return new Columns(first, starts, columns);
    }

    /** Whether the layer has columns of a slot. */
    boolean has(int slot) {
      return slot >= first && slot < first + starts.length - 1;
    }

    /** Where a slot's columns from one on begin. */
    int from(int slot, int column) {
      int at = Arrays.binarySearch(columns, starts[slot - first], end(slot), column);
      return at < 0 ? -at - 1 : at;
    }

    /** Where a slot's columns end. */
    int end(int slot) {
      return starts[slot - first + 1];
    }
  }

  /**
   * @param layers of each axis
   */
  static TensorUnits of(TensorShape shape, List<List<Layer>> layers) {
    int[] dims = shape.dims();
    int last = dims.length - 1;
    int inner = 1;
    while (last >= 0 && layers.get(last).isEmpty()) {
      inner *= dims[last--];
    }
    if (last < 0) {
      return new TensorUnits(new int[0], List.of(), 0, inner, List.of(), List.of());
    }
    List<List<Layer>> before = List.copyOf(layers.subList(0, last));
    List<Columns> again = new ArrayList<>();
    for (Layer layer : layers.get(last)) {
      if (before.stream().flatMap(List::stream).anyMatch(o -> o.group() == layer.group())) {
        again.add(Columns.of(layer));
      }
    }
    return new TensorUnits(
        Arrays.copyOf(dims, last), before, dims[last], inner, layers.get(last), again);
  }

  /** Whether no unit holds any of the tensor's elements. */
  boolean isEmpty() {
    return columns == 0;
  }

  /** Elements of a row. */
  int rowLength() {
    return columns * inner;
  }

  /** Most slots that {@link #rowSlots} gives. */
  int mostRowSlots() {
    return outerLayers.stream().mapToInt(List::size).sum();
  }

  /**
   * The slots that hold a whole row, each once.
   *
   * @param row which row
   * @param into takes them
   * @return how many there are
   */
  int rowSlots(int row, int[] into) {
    int count = 0;
    for (int axis = outer.length - 1; axis >= 0; axis--) {
      int index = row % outer[axis];
      row /= outer[axis];
      List<Layer> here = outerLayers.get(axis);
      for (int l = 0; l < here.size(); l++) {
        int slot = here.get(l).slots()[index];
        if (slot >= 0 && !contains(into, count, slot)) {
          into[count++] = slot;
        }
      }
    }
    return count;
  }

  static boolean contains(int[] slots, int count, int slot) {
    for (int i = 0; i < count; i++) {
      if (slots[i] == slot) {
        return true;
      }
    }
    return false;
  }
}

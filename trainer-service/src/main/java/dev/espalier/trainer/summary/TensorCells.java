package dev.espalier.trainer.summary;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * A tensor's elements in row-major order as runs of one cell each.
 *
 * @param ends where each run ends, exclusive and rising; the last is the tensor's size
 * @param cells the cell of each run
 */
public record TensorCells(int[] ends, int[] cells) {
  /** A tensor that is one cell. */
  static TensorCells whole(int size, int cell) {
    return new TensorCells(new int[] {size}, new int[] {cell});
  }

  /**
   * @param dims length of each axis
   * @param marks for each axis and index the groups that hold it
   * @param newCell makes a cell of a set of groups
   */
  static TensorCells of(int[] dims, BitSet[][] marks, ToIntFunction<BitSet> newCell) {
    int rank = dims.length;
    int[][] classes = new int[rank][];
    BitSet[][] classGroups = new BitSet[rank][];
    int combinations = 1;
    int[] stride = new int[rank];
    for (int a = rank - 1; a >= 0; a--) {
      Map<BitSet, Integer> known = new HashMap<>();
      classes[a] = new int[dims[a]];
      for (int i = 0; i < dims[a]; i++) {
        int next = known.size();
        classes[a][i] = known.computeIfAbsent(marks[a][i], m -> next);
      }
      classGroups[a] = new BitSet[known.size()];
      known.forEach(indexInto(classGroups[a]));
      stride[a] = combinations;
      combinations *= Math.max(1, known.size());
    }
    int[] cells = cells(classGroups, stride, combinations, newCell);
    return runs(dims, classes, stride, cells);
  }

  private static java.util.function.BiConsumer<BitSet, Integer> indexInto(BitSet[] target) {
    return (members, position) -> target[position] = members;
  }

  /** The cell of each combination of classes; combinations with equal unions share one. */
  private static int[] cells(
      BitSet[][] classGroups, int[] stride, int combinations, ToIntFunction<BitSet> newCell) {
    Map<BitSet, Integer> known = new HashMap<>();
    int[] cells = new int[combinations];
    for (int c = 0; c < combinations; c++) {
      BitSet union = new BitSet();
      for (int a = 0; a < stride.length; a++) {
        if (classGroups[a].length > 0) {
          union.or(classGroups[a][c / stride[a] % classGroups[a].length]);
        }
      }
      cells[c] = known.computeIfAbsent(union, newCell::applyAsInt);
    }
    return cells;
  }

  private static TensorCells runs(int[] dims, int[][] classes, int[] stride, int[] cells) {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    int[] ends = new int[16];
    int[] runCells = new int[16];
    int runs = 0;
    int[] index = new int[dims.length];
    for (int at = 0; at < size; at++) {
      int combination = 0;
      for (int a = 0; a < dims.length; a++) {
        combination += classes[a][index[a]] * stride[a];
      }
      int cell = cells[combination];
      if (runs == 0 || runCells[runs - 1] != cell) {
        if (runs == ends.length) {
          ends = Arrays.copyOf(ends, 2 * runs);
          runCells = Arrays.copyOf(runCells, 2 * runs);
        }
        runCells[runs++] = cell;
      }
      ends[runs - 1] = at + 1;
      for (int a = dims.length - 1; a >= 0 && ++index[a] == dims[a]; a--) {
        index[a] = 0;
      }
    }
    return new TensorCells(Arrays.copyOf(ends, runs), Arrays.copyOf(runCells, runs));
  }
}

package dev.espalier.trainer.summary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The cells of a tensor's elements in row-major order, as runs of one cell each. What is kept grows
 * with the lengths of the axes and with the sets of groups that meet, never with the elements: the
 * runs are found anew in each walk. A row is what lies along the last axis whose indices differ,
 * with all after it; of each row's indices before, the classes say where in the table of cells the
 * row's cells stand.
 */
public final class TensorCells {
  private final int size;
  private final int[] table;
  private final int[][] outer;
  private final int[] ends;
  private final int[] offsets;

  private TensorCells(int size, int[] table, int[][] outer, int[] ends, int[] offsets) {
    this.size = size;
    this.table = table;
    this.outer = outer;
    this.ends = ends;
    this.offsets = offsets;
  }

  /** A tensor that is one cell. */
  static TensorCells whole(int size, int cell) {
    return new TensorCells(size, new int[] {cell}, new int[0][], new int[] {size}, new int[] {0});
  }

  /**
   * @param axes for each axis the classes of its indices
   * @param table the cell of each combination of classes, the last axis' class running fastest
   */
  static TensorCells of(TensorShape shape, AxisClasses[] axes, int[] table) {
    int last = axes.length - 1;
    int stride = 1;
    int inner = 1;
    while (last > 0 && uniform(axes[last].of())) {
      inner *= axes[last].of().length;
      stride *= axes[last].count();
      last--;
    }
    int base = 0;
    for (int a = last + 1, s = stride; a < axes.length; a++) {
      s /= axes[a].count();
      base += axes[a].of().length == 0 ? 0 : axes[a].of()[0] * s;
    }
    int[] along = axes[last].of();
    int[] ends = new int[along.length];
    int[] offsets = new int[along.length];
    int runs = 0;
    for (int i = 0; i < along.length; i++) {
      int offset = base + along[i] * stride;
      if (runs == 0 || offsets[runs - 1] != offset) {
        offsets[runs++] = offset;
      }
      ends[runs - 1] = (i + 1) * inner;
    }
    return new TensorCells(
        shape.size(),
        table,
        outer(axes, last, stride * axes[last].count()),
        Arrays.copyOf(ends, runs),
        Arrays.copyOf(offsets, runs));
  }

  /** Where each index of the axes before the last leads in the table. */
  private static int[][] outer(AxisClasses[] axes, int last, int stride) {
    List<int[]> outer = new ArrayList<>();
    for (int a = last - 1; a >= 0; a--) {
      int[] steps = axes[a].of().clone();
      for (int i = 0; i < steps.length; i++) {
        steps[i] *= stride;
      }
      outer.addFirst(steps);
      stride *= axes[a].count();
    }
    return outer.toArray(int[][]::new);
  }

  private static boolean uniform(int[] classes) {
    for (int i = 1; i < classes.length; i++) {
      if (classes[i] != classes[0]) {
        return false;
      }
    }
    return true;
  }

  /** A walk from the first element on. */
  public Runs runs() {
    return new Runs();
  }

  /** Where a walk stands: at a run, as long as it can be, or at the end. */
  public final class Runs {
    private final int[] index = new int[outer.length];
    private int rowStart;
    private int base;
    private int run;
    private int cell;
    private int end;

    private Runs() {
      for (int[] steps : outer) {
        base += size == 0 ? 0 : steps[0];
      }
      next();
    }

    /** The cell of the run's elements. */
    public int cell() {
      return cell;
    }

    /** Where the run ends, exclusive; the tensor's size in the last one, and ever after. */
    public int end() {
      return end;
    }

    /** Goes on to the next run, of another cell. */
    public void next() {
      if (end == size) {
        return;
      }
      cell = table[base + offsets[run]];
      do {
        end = rowStart + ends[run];
        if (++run == ends.length) {
          run = 0;
          rowStart = end;
          nextRow();
        }
      } while (end < size && table[base + offsets[run]] == cell);
    }

    private void nextRow() {
      for (int a = outer.length - 1; a >= 0; a--) {
        base -= outer[a][index[a]];
        if (++index[a] < outer[a].length) {
          base += outer[a][index[a]];
          return;
        }
        index[a] = 0;
        base += outer[a][0];
      }
    }
  }
}

package dev.espalier.trainer.optimise;

import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.TensorCells;
import java.util.List;

/**
 * One pass over parameters and gradients that makes a summary's sums, adds the penalty, steps the
 * optimiser and zeroes the gradients. It works on blocks that stay in the cache between these, so
 * that main memory is read and written once.
 */
public final class FusedStep {
  private static final int BLOCK = Adam.MOST_AT_ONCE;
  private static final float[] ZEROS = new float[BLOCK];

  private final float[] gradient = new float[BLOCK];
  private final float[] value = new float[BLOCK];
  private final Adam adam;

  public FusedStep(Adam adam) {
    this.adam = adam;
  }

  /**
   * @param tensors memory of every tensor, in the membership's order
   * @param membership the groups
   * @param penalty what is added to the task's gradient
   * @param sums takes what the task's gradient says, before the penalty is added; is cleared first
   */
  public void apply(
      List<TensorBuffers> tensors, Membership membership, L1Penalty penalty, CellSums sums) {
    sums.clear();
    adam.begin();
    for (int t = 0; t < tensors.size(); t++) {
      apply(t, tensors.get(t), membership.tensors().get(t), penalty, sums);
    }
  }

  private void apply(
      int tensor, TensorBuffers buffers, TensorCells cells, L1Penalty penalty, CellSums sums) {
    int size = buffers.value().capacity();
    int run = 0;
    for (int start = 0; start < size; start += BLOCK) {
      int count = Math.min(BLOCK, size - start);
      buffers.gradient().get(start, gradient, 0, count);
      buffers.value().get(start, value, 0, count);
      int from = 0;
      while (from < count) {
        int to = Math.min(count, cells.ends()[run] - start);
        int cell = cells.cells()[run];
        sums.add(cell, gradient, value, from, to);
        sums.addPenalty(cell, penalty.add(cell, gradient, value, from, to));
        if (cells.ends()[run] == start + to) {
          run++;
        }
        from = to;
      }
      adam.update(tensor, start, gradient, value, count);
      buffers.value().put(start, value, 0, count);
      buffers.gradient().put(start, ZEROS, 0, count);
    }
  }
}

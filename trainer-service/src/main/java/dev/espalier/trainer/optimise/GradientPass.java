package dev.espalier.trainer.optimise;

import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.TensorCells;
import dev.espalier.trainer.summary.UnitSums;
import java.util.List;
import java.util.Optional;

/**
 * One pass over parameters and gradients that makes a summary's sums, adds the penalty, and does
 * with both what its subclass does. It works on blocks that stay in the cache between these, so
 * that main memory is read and written once.
 */
public abstract sealed class GradientPass permits FusedStep, PenaltyPass {
  static final int BLOCK = Adam.MOST_AT_ONCE;

  private final float[] gradient = new float[BLOCK];
  private final float[] value = new float[BLOCK];

  GradientPass() {}

  /**
   * Passes over the gradient as it stands, for groups alone.
   *
   * @param tensors memory of every tensor, in the membership's order
   * @param membership the groups
   * @param penalty what is added to the task's gradient
   * @param sums takes what the task's gradient says, before the penalty is added; is cleared first
   */
  public final void apply(
      List<TensorBuffers> tensors, Membership membership, L1Penalty penalty, CellSums sums) {
    apply(tensors, 1, membership, penalty, sums, Optional.empty());
  }

  /**
   * @param tensors memory of every tensor, in the membership's order
   * @param scale what the gradients in memory are multiplied by to be the task's, finite: 1 where
   *     one backward pass made them, 1 / n where n passes over equal parts of the batch added to
   *     them and the loss is a mean
   * @param membership the groups
   * @param penalty what is added to the task's gradient
   * @param sums takes what the task's gradient says, before the penalty is added; is cleared first
   * @param units takes the same unit by unit, where it is wanted of this batch; is cleared first
   */
  public final void apply(
      List<TensorBuffers> tensors,
      float scale,
      Membership membership,
      L1Penalty penalty,
      CellSums sums,
      Optional<UnitSums> units) {
    sums.clear();
    units.ifPresent(UnitSums::clear);
    begin();
    for (int t = 0; t < tensors.size(); t++) {
      TensorBuffers buffers = tensors.get(t);
      TensorCells.Runs runs = membership.tensors().get(t).runs();
      int size = buffers.value().capacity();
      for (int start = 0; start < size; start += BLOCK) {
        int count = Math.min(BLOCK, size - start);
        read(buffers, start, count, scale);
        if (units.isPresent()) {
          units.get().add(t, start, gradient, value, count);
        }
        weigh(runs, start, count, penalty, sums);
        finish(t, buffers, start, gradient, value, count);
      }
    }
  }

  /** Starts a pass. */
  abstract void begin();

  /**
   * Takes a block whose sums are made and whose gradient holds the penalty.
   *
   * @param tensor which tensor
   * @param buffers its memory
   * @param start where in the tensor the block begins
   * @param gradient from index 0
   * @param value from index 0; may be changed
   * @param count elements of the block
   */
  abstract void finish(
      int tensor, TensorBuffers buffers, int start, float[] gradient, float[] value, int count);

  private void read(TensorBuffers buffers, int start, int count, float scale) {
    buffers.gradient().get(start, gradient, 0, count);
    buffers.value().get(start, value, 0, count);
    if (scale != 1) {
      for (int i = 0; i < count; i++) {
        gradient[i] *= scale;
      }
    }
  }

  private void weigh(
      TensorCells.Runs runs, int start, int count, L1Penalty penalty, CellSums sums) {
    int from = 0;
    while (from < count) {
      int to = Math.min(count, runs.end() - start);
      int cell = runs.cell();
      sums.add(cell, gradient, value, from, to);
      sums.addPenalty(cell, penalty.add(cell, gradient, value, from, to));
      if (runs.end() == start + to) {
        runs.next();
      }
      from = to;
    }
  }
}

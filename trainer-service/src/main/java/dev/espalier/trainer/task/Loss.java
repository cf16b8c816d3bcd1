package dev.espalier.trainer.task;

import ai.djl.ndarray.NDArray;
import dev.espalier.trainer.InvalidInput;

/** What is minimised over a batch. */
public enum Loss {
  /** Mean squared error over all elements. */
  MSE {
    @Override
    NDArray of(NDArray output, NDArray target) {
      return output.sub(target).square().mean();
    }
  },
  /** Mean cross-entropy; the output's axis 1 holds logits of classes, the target their indices. */
  CROSS_ENTROPY {
    @Override
    NDArray of(NDArray output, NDArray target) {
      return output.logSoftmax(1).gather(target.expandDims(1), 1).mean().neg();
    }
  },
  /** Mean binary cross-entropy; the output holds logits, the target numbers in [0, 1]. */
  BCE {
    /** {@code max(o, 0) - o t + log(1 + exp(-|o|))}, which does not overflow. */
    @Override
    NDArray of(NDArray output, NDArray target) {
      NDArray positive = output.getNDArrayInternal().relu();
      NDArray rest = output.abs().neg().exp().add(1).log();
      return positive.sub(output.mul(target)).add(rest).mean();
    }
  };

  /**
   * The loss of a batch.
   *
   * @param output the network's output, samples on its first axis
   * @param target of the output's shape; for cross-entropy int64 and without axis 1
   * @return a scalar
   */
  abstract NDArray of(NDArray output, NDArray target);

  /** Whether the target holds classes. */
  boolean classes() {
    return this == CROSS_ENTROPY;
  }

  /**
   * Checks the span of the targets.
   *
   * @param least the least of them
   * @param most the greatest of them
   * @throws InvalidInput where they cannot be targets of this loss
   */
  void checkSpan(double least, double most) {
    if (this == CROSS_ENTROPY && least < 0) {
      throw new InvalidInput("y", (long) least, "classes count from 0");
    }
    if (this == BCE && (least < 0 || most > 1)) {
      throw new InvalidInput(
          "y", least < 0 ? least : most, "binary cross-entropy takes numbers in [0, 1]");
    }
  }
}

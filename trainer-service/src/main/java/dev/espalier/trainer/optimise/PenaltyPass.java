package dev.espalier.trainer.optimise;

/** A pass that leaves the gradient with the penalty for somebody else's optimiser to step with. */
public final class PenaltyPass extends GradientPass {
  @Override
  void begin() {}

  @Override
  void finish(
      int tensor, TensorBuffers buffers, int start, float[] gradient, float[] value, int count) {
    buffers.gradient().put(start, gradient, 0, count);
  }
}

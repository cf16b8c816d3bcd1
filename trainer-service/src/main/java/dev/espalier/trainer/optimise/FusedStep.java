package dev.espalier.trainer.optimise;

/** A pass that steps the optimiser and zeroes the gradients. */
public final class FusedStep extends GradientPass {
  private static final float[] ZEROS = new float[BLOCK];

  private final Adam adam;

  public FusedStep(Adam adam) {
    this.adam = adam;
  }

  @Override
  void begin() {
    adam.begin();
  }

  @Override
  void finish(
      int tensor, TensorBuffers buffers, int start, float[] gradient, float[] value, int count) {
    adam.update(tensor, start, gradient, value, count);
    buffers.value().put(start, value, 0, count);
    buffers.gradient().put(start, ZEROS, 0, count);
  }
}

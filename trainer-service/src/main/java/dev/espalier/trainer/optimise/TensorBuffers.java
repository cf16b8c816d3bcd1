package dev.espalier.trainer.optimise;

import java.nio.FloatBuffer;

/**
 * The memory of one parameter tensor and of its gradient, row-major.
 *
 * @param value changed by a step
 * @param gradient changed by a step
 */
public record TensorBuffers(FloatBuffer value, FloatBuffer gradient) {
  public TensorBuffers {
    if (value.capacity() != gradient.capacity()) {
      throw new IllegalArgumentException(
          "gradient has " + gradient.capacity() + " elements, the tensor " + value.capacity());
    }
  }
}

package dev.espalier.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * One evaluation of a graph, as its operations see it.
 *
 * @param manager where an operation makes arrays
 * @param training whether the network learns: normalisations take the batch's statistics and update
 *     their running ones, dropout drops. This alone decides, not a node's {@code training_mode}:
 *     what an exporter wrote there says how the model was exported, not what is done with it
 * @param type element type of the network's float32 values, FLOAT32 or FLOAT64
 * @param statistics the running statistics that the network owns
 */
public record Pass(NDManager manager, boolean training, DataType type, Statistics statistics) {
  /** Random numbers, uniform in [0, 1), from the engine's generator. */
  public NDArray uniform(Shape shape) {
    return manager.randomUniform(0f, 1f, shape, type);
  }
}

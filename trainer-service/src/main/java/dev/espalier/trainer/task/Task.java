package dev.espalier.trainer.task;

import ai.djl.ndarray.NDArray;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.network.OnnxNetwork;

/** What a network learns: its graph and its loss. */
public interface Task {
  /** Metadata key under which a model says which task it is for. */
  String METADATA = "espalier.task";

  /** The task's name, as requests give it. */
  String name();

  /** Values of one example in a batch, at least 1. */
  int exampleSize();

  /**
   * A fresh model; the same seed gives the same one.
   *
   * @param seed seed of the weights
   */
  OnnxModel freshModel(long seed);

  /**
   * Checks that a model has inputs and outputs that fit, operators that can be trained, and no
   * value that is too large.
   *
   * @param batchSize most examples that a batch has, at least 1
   * @throws dev.espalier.trainer.InvalidInput where it has not; says what to do
   */
  void check(OnnxModel model, int batchSize);

  /**
   * The task's loss.
   *
   * @param network a network over a model that passed {@link #check}
   * @param batch shape [batch, {@link #exampleSize}]
   * @return a scalar, the mean over the batch
   */
  NDArray loss(OnnxNetwork network, NDArray batch);
}

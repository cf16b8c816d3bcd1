package dev.espalier.trainer.task;

import dev.espalier.onnx.OnnxModel;

/** A network that this project can build and knows what to feed. */
public interface Task {
  /** Metadata key under which a model says which task it is for. */
  String METADATA = "espalier.task";

  /** The task's name, as requests give it. */
  String name();

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
}

package dev.espalier.trainer.task;

import ai.djl.ndarray.NDArray;
import dev.espalier.trainer.network.OnnxNetwork;

/**
 * What a run makes small: batch by batch in training, over fixed data or starts in validation. Used
 * by one thread, the one that made it, and closed by it.
 */
public interface Objective extends AutoCloseable {
  /** Batches an epoch, at least 1. */
  int batchesPerEpoch();

  /**
   * Begins an epoch. All that is random in it comes from the run's seed, the epoch's number and the
   * {@link #state} before it, so that a resumed run repeats it.
   *
   * @param epoch from 0
   */
  void startEpoch(OnnxNetwork network, int epoch);

  /**
   * The loss of one batch of the epoch that has begun. May first gather what the batch needs, say
   * by acting in an environment.
   *
   * @param network records gradients and is in training mode
   * @param batch from 0, in order
   * @return a scalar, the mean over the batch
   */
  NDArray loss(OnnxNetwork network, int batch);

  /** A step was made from the newest loss. */
  default void stepped(OnnxNetwork network) {}

  /**
   * How well a network does, the smaller the better; does not change the network or the state.
   *
   * @param network records no gradients and is in evaluation mode
   */
  double validate(OnnxNetwork network);

  /** SHA-256 of the data that is learned from, 64 lower-case hexadecimal digits; else empty. */
  String dataDigest();

  /** All that changes in here, between two batches, enough to go on from; may be empty. */
  default byte[] state() {
    return new byte[0];
  }

  /**
   * Goes on from a state. Where that was taken in the middle of an epoch, the next call is for its
   * next batch, without {@link #startEpoch}.
   *
   * @param network the network as it was then
   * @throws IllegalArgumentException where the bytes are no state of such an objective
   */
  default void restore(OnnxNetwork network, byte[] state) {}

  /** The run goes on with a smaller network, cut from the one before. */
  default void replaced(OnnxNetwork smaller) {}

  @Override
  default void close() {}
}

package dev.espalier.trainer.network;

import ai.djl.ndarray.NDList;

/** What one node of a graph does, its attributes already read and checked. */
@FunctionalInterface
public interface Operation {
  /**
   * @param inputs the node's inputs in order; null where an optional one is omitted
   * @param pass the evaluation that this is part of
   * @return its outputs in order
   */
  NDList apply(NDList inputs, Pass pass);
}

package dev.espalier.pruner.runtime;

import java.util.Map;

/** Data to run a model on, as often as it is asked for, each time the same. */
public interface Batches {
  /** Values by graph input, a batch after the other; at least one. */
  Iterable<Map<String, Value>> inputs();
}

package dev.espalier.trainer.network;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Running statistics that a network keeps beside its parameters; they get no gradient. */
public final class Statistics {
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private final Set<NDArray> owned = Collections.newSetFromMap(new IdentityHashMap<>());

  void put(String name, NDArray array) {
    arrays.put(name, array);
    owned.add(array);
  }

  /** By initialiser name, in the model's order. */
  Map<String, NDArray> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  /**
   * Overwrites a statistic; does nothing where the array is not one that the network owns, but was
   * fed or computed.
   *
   * @param value of the same shape; no gradient flows from here to it
   */
  public void update(NDArray statistic, NDArray value) {
    if (owned.contains(statistic)) {
      value.stopGradient().copyTo(statistic);
    }
  }
}

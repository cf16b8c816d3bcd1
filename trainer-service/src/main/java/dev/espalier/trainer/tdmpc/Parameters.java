package dev.espalier.trainer.tdmpc;

import ai.djl.ndarray.NDArray;
import dev.espalier.trainer.network.OnnxNetwork;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Iterator;

/** Reads and writes the parameters of networks of one graph, in its order. */
final class Parameters {
  private Parameters() {}

  /** Moves a network's parameters towards another one's by a share of the way. */
  static void blend(OnnxNetwork from, OnnxNetwork into, float rate) {
    Iterator<NDArray> sources = from.parameterArrays().values().iterator();
    for (NDArray array : into.parameterArrays().values()) {
      FloatBuffer source = floats(sources.next());
      FloatBuffer target = floats(array);
      for (int i = 0; i < target.capacity(); i++) {
        float value = target.get(i);
        target.put(i, value + rate * (source.get(i) - value));
      }
    }
  }

  static float[][] values(OnnxNetwork network) {
    return network.parameterArrays().values().stream()
        .map(NDArray::toFloatArray)
        .toArray(float[][]::new);
  }

  /**
   * @throws IllegalArgumentException where the values are not as many as the parameters
   */
  static void set(OnnxNetwork network, float[][] values) {
    int tensor = 0;
    for (NDArray array : network.parameterArrays().values()) {
      FloatBuffer target = floats(array);
      if (tensor == values.length || values[tensor].length != target.capacity()) {
        throw new IllegalArgumentException(
            "state: its target network is not of the model's sizes; resume with the model that the"
                + " state was kept with");
      }
      target.put(0, values[tensor++]);
    }
    if (tensor != values.length) {
      throw new IllegalArgumentException("state: its target network has other parameters");
    }
  }

  private static FloatBuffer floats(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}

package dev.espalier.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.Tensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/** Moves initialisers between a model and the engine. */
final class Initializers {
  private Initializers() {}

  static void check(Tensor tensor) {
    switch (tensor.type()) {
      case FLOAT, INT64, INT32 -> {}
      default ->
          throw new OnnxException(
              "initialiser \"" + tensor.name() + "\"",
              tensor.type() + " cannot be trained; convert the model to float32");
    }
  }

  static boolean isParameter(Tensor tensor) {
    return tensor.type() == ElementType.FLOAT;
  }

  static Shape shape(Tensor tensor) {
    return new Shape(Arrays.stream(tensor.dims()).asLongStream().toArray());
  }

  /**
   * @param type element type in the engine of what is a parameter; constants are int64
   */
  static NDArray array(Tensor tensor, NDManager manager, DataType type) {
    if (!isParameter(tensor)) {
      return manager.create(LongBuffer.wrap(tensor.longs()), shape(tensor), DataType.INT64);
    }
    NDArray array =
        manager.create(FloatBuffer.wrap(tensor.floats()), shape(tensor), DataType.FLOAT32);
    return type == DataType.FLOAT32 ? array : array.toType(type, false);
  }

  static Tensor tensor(String name, NDArray array) {
    int[] dims = Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
    if (array.getDataType() == DataType.FLOAT32) {
      return Tensor.of(name, dims, array.toFloatArray());
    }
    double[] doubles = array.toDoubleArray();
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return Tensor.of(name, dims, floats);
  }
}

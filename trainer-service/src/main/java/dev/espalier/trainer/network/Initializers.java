package dev.espalier.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Moves tensors between a model and the engine. */
public final class Initializers {
  private Initializers() {}

  public static Shape shape(Tensor tensor) {
    return new Shape(Arrays.stream(tensor.dims()).asLongStream().toArray());
  }

  /**
   * @param type element type in the engine of what is float32 in the model
   * @throws dev.espalier.onnx.OnnxException where the engine does not have the tensor's type
   */
  public static NDArray array(Tensor tensor, NDManager manager, DataType type) {
    Shape shape = shape(tensor);
    DataType wanted =
        ElementTypes.engine(tensor.type(), type, "initialiser \"" + tensor.name() + "\"");
    if (tensor.size() == 0) {
      return manager.create(shape, wanted);
    }
    if (tensor.type() != ElementType.FLOAT) {
      ByteBuffer bytes =
          ByteBuffer.wrap(tensor.bytes().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
      return switch (wanted) {
        case INT64 -> manager.create(bytes.asLongBuffer(), shape, wanted);
        case INT32 -> manager.create(bytes.asIntBuffer(), shape, wanted);
        case FLOAT64 -> manager.create(bytes.asDoubleBuffer(), shape, wanted);
        case FLOAT16 -> manager.create(bytes.asShortBuffer(), shape, wanted);
        default -> manager.create(bytes, shape, wanted);
      };
    }
    NDArray array = manager.create(FloatBuffer.wrap(tensor.floats()), shape, DataType.FLOAT32);
    if (type == DataType.FLOAT32) {
      return array;
    }
    try (array) {
      return array.toType(type, true);
    }
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

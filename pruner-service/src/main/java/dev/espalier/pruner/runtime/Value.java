package dev.espalier.pruner.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The value of a graph input or output.
 *
 * @param type element type: float32, float64, float16, int32, int64, int8, uint8 or bool
 * @param shape length of each axis
 * @param elements in row-major order, as doubles
 */
public record Value(ElementType type, long[] shape, double[] elements) {
  OnnxTensor toTensor(OrtEnvironment environment, String name) throws OrtException {
    int n = elements.length;
    switch (type) {
      case FLOAT -> {
        FloatBuffer buffer = FloatBuffer.allocate(n);
        for (double element : elements) {
          buffer.put((float) element);
        }
        return OnnxTensor.createTensor(environment, buffer.flip(), shape);
      }
      case DOUBLE -> {
        return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(elements), shape);
      }
      case INT64 -> {
        LongBuffer buffer = LongBuffer.allocate(n);
        for (double element : elements) {
          buffer.put((long) element);
        }
        return OnnxTensor.createTensor(environment, buffer.flip(), shape);
      }
      case INT32 -> {
        IntBuffer buffer = IntBuffer.allocate(n);
        for (double element : elements) {
          buffer.put((int) element);
        }
        return OnnxTensor.createTensor(environment, buffer.flip(), shape);
      }
      case FLOAT16 -> {
        ByteBuffer buffer = ByteBuffer.allocateDirect(2 * n).order(ByteOrder.nativeOrder());
        for (double element : elements) {
          buffer.putShort(Float.floatToFloat16((float) element));
        }
        return OnnxTensor.createTensor(environment, buffer.flip(), shape, OnnxJavaType.FLOAT16);
      }
      case BOOL, UINT8, INT8 -> {
        ByteBuffer buffer = ByteBuffer.allocateDirect(n);
        for (double element : elements) {
          buffer.put((byte) (int) element);
        }
        OnnxJavaType bytes = OnnxJavaType.valueOf(type.name());
        return OnnxTensor.createTensor(environment, buffer.flip(), shape, bytes);
      }
      default -> throw unsupported("graph input \"" + name + "\"", type.name());
    }
  }

  static Value of(String name, OnnxValue value) {
    String place = "graph output \"" + name + "\"";
    if (!(value instanceof OnnxTensor tensor)) {
      throw unsupported(place, value.getType().name());
    }
    TensorInfo info = tensor.getInfo();
    double[] elements = new double[Math.toIntExact(info.getNumElements())];
    return switch (info.type) {
      case FLOAT -> {
        FloatBuffer buffer = tensor.getFloatBuffer();
        for (int i = 0; i < elements.length; i++) {
          elements[i] = buffer.get(i);
        }
        yield new Value(ElementType.FLOAT, info.getShape(), elements);
      }
      case DOUBLE -> {
        tensor.getDoubleBuffer().get(elements);
        yield new Value(ElementType.DOUBLE, info.getShape(), elements);
      }
      case INT64 -> {
        LongBuffer buffer = tensor.getLongBuffer();
        for (int i = 0; i < elements.length; i++) {
          elements[i] = buffer.get(i);
        }
        yield new Value(ElementType.INT64, info.getShape(), elements);
      }
      case INT32 -> {
        IntBuffer buffer = tensor.getIntBuffer();
        for (int i = 0; i < elements.length; i++) {
          elements[i] = buffer.get(i);
        }
        yield new Value(ElementType.INT32, info.getShape(), elements);
      }
      case FLOAT16 -> {
        FloatBuffer buffer = tensor.getFloatBuffer();
        for (int i = 0; i < elements.length; i++) {
          elements[i] = buffer.get(i);
        }
        yield new Value(ElementType.FLOAT16, info.getShape(), elements);
      }
      case BOOL, UINT8, INT8 -> {
        ByteBuffer buffer = tensor.getByteBuffer();
        for (int i = 0; i < elements.length; i++) {
          byte element = buffer.get(i);
          elements[i] = info.type == OnnxJavaType.UINT8 ? Byte.toUnsignedInt(element) : element;
        }
        yield new Value(ElementType.valueOf(info.type.name()), info.getShape(), elements);
      }
      default -> throw unsupported(place, info.type.name());
    };
  }

  /** The elements of a small tensor without rounding; empty for other types than it may have. */
  static Optional<Content> content(OnnxValue value) {
    if (!(value instanceof OnnxTensor tensor)) {
      return Optional.empty();
    }
    ElementType type;
    switch (tensor.getInfo().type) {
      case INT64 -> type = ElementType.INT64;
      case INT32 -> type = ElementType.INT32;
      case BOOL -> type = ElementType.BOOL;
      case FLOAT -> type = ElementType.FLOAT;
      case DOUBLE -> type = ElementType.DOUBLE;
      default -> {
        return Optional.empty();
      }
    }
    int[] dims = Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    ByteString bytes = ByteString.copyFrom(tensor.getByteBuffer());
    return Optional.of(Content.of(new Tensor("", type, dims, bytes)));
  }

  static OnnxException unsupported(String place, String type) {
    return new OnnxException(place, "values of type " + type + " are not supported");
  }
}

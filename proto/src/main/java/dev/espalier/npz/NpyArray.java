package dev.espalier.npz;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An array of a .npy or .npz file.
 *
 * @param place file and array, to be named in errors
 * @param type element type
 * @param shape length of each axis, each at least 1; samples come first
 * @param bytes the elements in row-major order
 */
public record NpyArray(String place, ElementType type, long[] shape, ByteBuffer bytes) {
  /** How many samples it has, 1 where it has no axes. */
  public long samples() {
    return shape.length == 0 ? 1 : shape[0];
  }

  /** Elements of one sample. */
  public int each() {
    return (int) (bytes.capacity() / type.bytes() / samples());
  }

  /** Shape of so many samples. */
  public long[] shape(long samples) {
    long[] some = shape.clone();
    some[0] = samples;
    return some;
  }

  /**
   * The elements of some samples.
   *
   * @throws OnnxException where one is not finite
   */
  public double[] elements(int from, int to) {
    int each = each();
    double[] elements = new double[Math.multiplyExact(to - from, each)];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = element(from * each + i);
      if (!Double.isFinite(elements[i])) {
        throw new OnnxException(
            place,
            "sample %d of shape %s has an element that is not finite: %s"
                .formatted(from + i / each, Arrays.toString(shape), elements[i]));
      }
    }
    return elements;
  }

  /**
   * An element as a number; a float may be infinite or NaN.
   *
   * @param i its place in row-major order, from 0
   */
  public double element(int i) {
    return switch (type) {
      case FLOAT -> bytes.getFloat(4 * i);
      case DOUBLE -> bytes.getDouble(8 * i);
      case FLOAT16 -> Float.float16ToFloat(bytes.getShort(2 * i));
      case INT64 -> bytes.getLong(8 * i);
      case INT32 -> bytes.getInt(4 * i);
      case INT16 -> bytes.getShort(2 * i);
      case UINT16 -> Short.toUnsignedInt(bytes.getShort(2 * i));
      case INT8 -> bytes.get(i);
      case UINT8 -> Byte.toUnsignedInt(bytes.get(i));
      case BOOL -> bytes.get(i) == 0 ? 0 : 1;
      default -> throw new OnnxException(place, type + " is not supported");
    };
  }
}

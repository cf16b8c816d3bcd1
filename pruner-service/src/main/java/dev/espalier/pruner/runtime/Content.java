package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The elements of a small tensor that shape arithmetic computes with.
 *
 * @param type int64, int32, bool, float32 or float64
 * @param dims length of each axis
 * @param longs the elements of the first three types in row-major order, bool as 0 and 1; else null
 * @param reals the elements of the others; else null
 */
record Content(ElementType type, int[] dims, long[] longs, double[] reals) {
  static Content of(int[] dims, long... longs) {
    return new Content(ElementType.INT64, dims, longs, null);
  }

  /** True for the types that can be held. */
  static boolean holds(ElementType type) {
    return integer(type) || type == ElementType.BOOL || real(type);
  }

  static boolean integer(ElementType type) {
    return type == ElementType.INT64 || type == ElementType.INT32;
  }

  static boolean real(ElementType type) {
    return type == ElementType.FLOAT || type == ElementType.DOUBLE;
  }

  static Content of(Tensor tensor) {
    int count = Math.toIntExact(tensor.size());
    ByteBuffer bytes = tensor.littleEndian();
    if (real(tensor.type())) {
      double[] reals = new double[count];
      for (int i = 0; i < count; i++) {
        reals[i] = tensor.type() == ElementType.FLOAT ? bytes.getFloat() : bytes.getDouble();
      }
      return new Content(tensor.type(), tensor.dims(), null, reals);
    }
    long[] longs = new long[count];
    for (int i = 0; i < count; i++) {
      longs[i] =
          switch (tensor.type()) {
            case INT64 -> bytes.getLong();
            case INT32 -> bytes.getInt();
            default -> bytes.get();
          };
    }
    return new Content(tensor.type(), tensor.dims(), longs, null);
  }

  boolean integer() {
    return integer(type);
  }

  /**
   * @throws ArithmeticException where these are no int64, int32 or bool elements
   */
  long[] indices() {
    if (longs == null) {
      throw new ArithmeticException(type + " is no index");
    }
    return longs;
  }

  int size() {
    return longs != null ? longs.length : reals.length;
  }

  long[] shape() {
    return Arrays.stream(dims).asLongStream().toArray();
  }

  /** The elements at the given places, under other dims. */
  Content pick(int[] places, int[] shape) {
    long[] pickedLongs = longs == null ? null : new long[places.length];
    double[] pickedReals = longs == null ? new double[places.length] : null;
    for (int i = 0; i < places.length; i++) {
      if (longs != null) {
        pickedLongs[i] = longs[places[i]];
      } else {
        pickedReals[i] = reals[places[i]];
      }
    }
    return new Content(type, shape, pickedLongs, pickedReals);
  }

  Content reshaped(int[] shape) {
    return new Content(type, shape, longs, reals);
  }

  boolean sameAs(Content other) {
    return type == other.type
        && Arrays.equals(dims, other.dims)
        && Arrays.equals(longs, other.longs)
        && Arrays.equals(reals, other.reals);
  }

  TensorProto toProto(String name) {
    int count = size();
    ByteBuffer bytes = ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case INT64 -> bytes.putLong(longs[i]);
        case INT32 -> bytes.putInt((int) longs[i]);
        case BOOL -> bytes.put((byte) longs[i]);
        case FLOAT -> bytes.putFloat((float) reals[i]);
        default -> bytes.putDouble(reals[i]);
      }
    }
    return new Tensor(name, type, dims, ByteString.copyFrom(bytes.flip())).toProto();
  }
}

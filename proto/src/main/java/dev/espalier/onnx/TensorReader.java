package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Brings the ways in which a file may hold tensor data to one: little-endian bytes. */
final class TensorReader {
  private TensorReader() {}

  static Tensor read(TensorProto proto) {
    String place = "initialiser \"" + proto.getName() + "\"";
    ExternalData.refuse(proto, place);
    ElementType type = ElementType.of(proto.getDataType(), place);
    int[] dims = dims(proto, place);
    return new Tensor(proto.getName(), type, dims, bytes(proto, type, place));
  }

  /**
   * @return whether the tensor has a type that {@link Tensor} does not hold; then its data is
   *     checked against its dims
   */
  static boolean opaque(TensorProto proto, String place) {
    Optional<OpaqueType> type = OpaqueType.of(proto.getDataType());
    try {
      type.ifPresent(t -> t.check(proto, elements(proto, place), place));
    } catch (ArithmeticException e) {
      throw tooMany(place, e);
    }
    return type.isPresent();
  }

  /**
   * @throws OnnxException where a dim is negative or above 2^31 - 1
   */
  static int[] dims(TensorProto proto, String place) {
    int[] dims = new int[proto.getDimsCount()];
    for (int i = 0; i < dims.length; i++) {
      long dim = proto.getDims(i);
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw new OnnxException(place, "dim " + dim + " on axis " + i + " is out of range");
      }
      dims[i] = (int) dim;
    }
    return dims;
  }

  /** Length that {@code raw_data} must have. */
  static long rawBytes(TensorProto proto, String place) {
    long elements = elements(proto, place);
    int code = proto.getDataType();
    try {
      return OpaqueType.of(code)
          .map(type -> type.bytes(elements, place))
          .orElseGet(
              () -> Math.multiplyExact(elements, (long) ElementType.of(code, place).bytes()));
    } catch (ArithmeticException e) {
      throw tooMany(place, e);
    }
  }

  private static long elements(TensorProto proto, String place) {
    try {
      long elements = 1;
      for (int dim : dims(proto, place)) {
        elements = Math.multiplyExact(elements, (long) dim);
      }
      return elements;
    } catch (ArithmeticException e) {
      throw tooMany(place, e);
    }
  }

  private static OnnxException tooMany(String place, ArithmeticException cause) {
    return new OnnxException(place, "dims ask for more than 2^63 bytes", cause);
  }

  private static ByteString bytes(TensorProto proto, ElementType type, String place) {
    if (proto.hasRawData()) {
      return proto.getRawData();
    }
    int count =
        switch (type) {
          case FLOAT -> proto.getFloatDataCount();
          case DOUBLE -> proto.getDoubleDataCount();
          case INT64 -> proto.getInt64DataCount();
          case UINT32, UINT64 -> proto.getUint64DataCount();
          default -> proto.getInt32DataCount();
        };
    long asked = rawBytes(proto, place);
    if (asked != (long) count * type.bytes() || asked > OnnxModel.MOST_BYTES) {
      throw new OnnxException(
          place,
          "dims ask for %d bytes, the data has %d of %s"
              .formatted(asked, (long) count * type.bytes(), type));
    }
    ByteBuffer buffer = ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT -> buffer.putFloat(proto.getFloatData(i));
        case DOUBLE -> buffer.putDouble(proto.getDoubleData(i));
        case INT64 -> buffer.putLong(proto.getInt64Data(i));
        case UINT64 -> buffer.putLong(proto.getUint64Data(i));
        case UINT32 -> buffer.putInt((int) proto.getUint64Data(i));
        case INT32 -> buffer.putInt(proto.getInt32Data(i));
        case FLOAT16, BFLOAT16, INT16, UINT16 -> buffer.putShort((short) proto.getInt32Data(i));
        case INT8, UINT8, BOOL -> buffer.put((byte) proto.getInt32Data(i));
      }
    }
    return UnsafeByteOperations.unsafeWrap(buffer.flip());
  }
}

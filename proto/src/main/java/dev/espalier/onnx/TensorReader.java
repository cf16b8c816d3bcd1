package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Brings the ways in which a file may hold tensor data to one: little-endian bytes. */
final class TensorReader {
  private TensorReader() {}

  static Tensor read(TensorProto proto) {
    String place = "initialiser \"" + proto.getName() + "\"";
    if (proto.getExternalDataCount() > 0
        || proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new OnnxException(place, "external data is not supported; save the model in one file");
    }
    ElementType type = ElementType.of(proto.getDataType(), place);
    int[] dims = new int[proto.getDimsCount()];
    for (int i = 0; i < dims.length; i++) {
      long dim = proto.getDims(i);
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw new OnnxException(place, "dim " + dim + " on axis " + i + " is out of range");
      }
      dims[i] = (int) dim;
    }
    try {
      return new Tensor(proto.getName(), type, dims, bytes(proto, type));
    } catch (ArithmeticException e) {
      throw new OnnxException(place, "dims ask for more than 2^63 bytes", e);
    }
  }

  private static ByteString bytes(TensorProto proto, ElementType type) {
    if (proto.hasRawData()) {
      return proto.getRawData();
    }
    int count =
        proto.getFloatDataCount()
            + proto.getInt32DataCount()
            + proto.getInt64DataCount()
            + proto.getDoubleDataCount()
            + proto.getUint64DataCount();
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(count, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case FLOAT -> proto.getFloatDataList().forEach(buffer::putFloat);
      case DOUBLE -> proto.getDoubleDataList().forEach(buffer::putDouble);
      case INT64 -> proto.getInt64DataList().forEach(buffer::putLong);
      case UINT64 -> proto.getUint64DataList().forEach(buffer::putLong);
      case UINT32 -> proto.getUint64DataList().forEach(v -> buffer.putInt(v.intValue()));
      case INT32 -> proto.getInt32DataList().forEach(buffer::putInt);
      case FLOAT16, BFLOAT16, INT16, UINT16 ->
          proto.getInt32DataList().forEach(v -> buffer.putShort(v.shortValue()));
      case INT8, UINT8, BOOL -> proto.getInt32DataList().forEach(v -> buffer.put(v.byteValue()));
    }
    return ByteString.copyFrom(buffer.flip());
  }
}

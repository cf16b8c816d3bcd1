package dev.espalier.onnx;

import java.util.Arrays;
import java.util.Optional;

/** The element types of ONNX tensors that have a fixed number of bytes, by their ONNX code. */
public enum ElementType {
  FLOAT(1, 4, true),
  UINT8(2, 1, false),
  INT8(3, 1, false),
  UINT16(4, 2, false),
  INT16(5, 2, false),
  INT32(6, 4, false),
  INT64(7, 8, false),
  BOOL(9, 1, false),
  FLOAT16(10, 2, true),
  DOUBLE(11, 8, true),
  UINT32(12, 4, false),
  UINT64(13, 8, false),
  BFLOAT16(16, 2, true);

  private final int code;
  private final int bytes;
  private final boolean floatingPoint;

  ElementType(int code, int bytes, boolean floatingPoint) {
    this.code = code;
    this.bytes = bytes;
    this.floatingPoint = floatingPoint;
  }

  /**
   * @param code {@code TensorProto.DataType}
   * @param place what to name in the error
   */
  static ElementType of(int code, String place) {
    return find(code)
        .orElseThrow(() -> new OnnxException(place, "element type " + code + " is not supported"));
  }

  static Optional<ElementType> find(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  public int code() {
    return code;
  }

  public int bytes() {
    return bytes;
  }

  public boolean floatingPoint() {
    return floatingPoint;
  }
}

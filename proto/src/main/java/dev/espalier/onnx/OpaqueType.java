package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.Optional;

/** The element types of ONNX that {@link Tensor} does not hold, by their ONNX code. */
enum OpaqueType {
  STRING(8, 0),
  COMPLEX64(14, 64),
  COMPLEX128(15, 128),
  FLOAT8E4M3FN(17, 8),
  FLOAT8E4M3FNUZ(18, 8),
  FLOAT8E5M2(19, 8),
  FLOAT8E5M2FNUZ(20, 8),
  UINT4(21, 4),
  INT4(22, 4),
  FLOAT4E2M1(23, 4),
  FLOAT8E8M0(24, 8),
  UINT2(25, 2),
  INT2(26, 2);

  private final int code;
  private final int bits;

  OpaqueType(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  static Optional<OpaqueType> of(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  /**
   * @return length of {@code raw_data}, the last byte filled up
   * @throws OnnxException for strings, which have no raw form
   */
  long bytes(long elements, String place) {
    if (this == STRING) {
      throw new OnnxException(place, "strings have no raw data");
    }
    return bits < Byte.SIZE
        ? Math.ceilDiv(elements, Byte.SIZE / bits)
        : Math.multiplyExact(elements, (long) bits / Byte.SIZE);
  }

  /**
   * Checks that a tensor of this type holds what its dims ask for.
   *
   * @param elements the product of the dims
   */
  void check(TensorProto tensor, long elements, String place) {
    long asked;
    long found;
    if (tensor.hasRawData()) {
      asked = bytes(elements, place);
      found = tensor.getRawData().size();
    } else {
      asked =
          switch (this) {
            case STRING -> elements;
            case COMPLEX64, COMPLEX128 -> Math.multiplyExact(elements, 2L);
            default -> bytes(elements, place);
          };
      found =
          switch (this) {
            case STRING -> tensor.getStringDataCount();
            case COMPLEX64 -> tensor.getFloatDataCount();
            case COMPLEX128 -> tensor.getDoubleDataCount();
            default -> tensor.getInt32DataCount();
          };
    }
    if (asked != found) {
      throw new OnnxException(
          place, "dims ask for " + asked + " entries of " + this + ", the data has " + found);
    }
  }
}

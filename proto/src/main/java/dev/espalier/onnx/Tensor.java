package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * A constant tensor of a model: name, element type, dims and little-endian element bytes in
 * row-major order.
 *
 * @param name the initialiser's name
 * @param type element type
 * @param dims length of each axis, each at least 0
 * @param bytes the elements; a view of the model's file where that holds them in this form
 */
public record Tensor(String name, ElementType type, int[] dims, ByteString bytes) {
  public Tensor {
    long expected = type.bytes();
    for (int dim : dims) {
      if (dim < 0) {
        throw new OnnxException("initialiser \"" + name + "\"", "negative dim " + dim);
      }
      if (dim > 0 && expected > Long.MAX_VALUE / dim) {
        throw new OnnxException("initialiser \"" + name + "\"", "dims ask for over 2^63 bytes");
      }
      expected *= dim;
    }
    if (expected != bytes.size()) {
      throw new OnnxException(
          "initialiser \"" + name + "\"",
          "dims ask for " + expected + " bytes, the data has " + bytes.size());
    }
  }

  /** A float32 tensor. */
  public static Tensor of(String name, int[] dims, float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return new Tensor(name, ElementType.FLOAT, dims, UnsafeByteOperations.unsafeWrap(buffer));
  }

  /** An int64 tensor, as shapes and bounds are. */
  public static Tensor of(String name, int[] dims, long[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asLongBuffer().put(values);
    return new Tensor(name, ElementType.INT64, dims, UnsafeByteOperations.unsafeWrap(buffer));
  }

  public static Tensor of(TensorProto proto) {
    return TensorReader.read(proto);
  }

  /** Number of elements. */
  public long size() {
    return product(0, dims.length, dims);
  }

  public boolean isFloatingPoint() {
    return type.floatingPoint();
  }

  /**
   * @return a fresh array of the elements
   * @throws OnnxException where the element type is not float32, float64 or float16
   */
  public float[] floats() {
    float[] values = new float[Math.toIntExact(size())];
    floats(0, values, values.length);
    return values;
  }

  /**
   * Reads a stretch of the elements, row-major.
   *
   * @param from the first
   * @param into gets them, from its start on
   * @param count how many
   * @throws OnnxException where the element type is not float32, float64 or float16
   */
  public void floats(int from, float[] into, int count) {
    ByteBuffer buffer = littleEndian();
    switch (type) {
      case FLOAT -> buffer.asFloatBuffer().get(from, into, 0, count);
      case DOUBLE -> {
        for (int i = 0; i < count; i++) {
          into[i] = (float) buffer.getDouble((from + i) * Double.BYTES);
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          into[i] = Float.float16ToFloat(buffer.getShort((from + i) * Short.BYTES));
        }
      }
      default -> throw new OnnxException("initialiser \"" + name + "\"", type + " is not float");
    }
  }

  /**
   * @return a fresh array of the elements
   * @throws OnnxException where the element type is not int64 or int32
   */
  public long[] longs() {
    long[] values = new long[Math.toIntExact(size())];
    ByteBuffer buffer = littleEndian();
    switch (type) {
      case INT64 -> buffer.asLongBuffer().get(values);
      case INT32 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = buffer.getInt();
        }
      }
      default -> throw new OnnxException("initialiser \"" + name + "\"", type + " is not integer");
    }
    return values;
  }

  /** A read-only little-endian view of the elements, the first at index 0. */
  public ByteBuffer littleEndian() {
    return bytes.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The slices of one axis at the given indices, in their order.
   *
   * @param axis from 0
   * @param kept indices, each at least 0 and below the axis' length
   * @return a smaller tensor of the same name
   * @throws IndexOutOfBoundsException where there is no such axis or index
   */
  public Tensor select(int axis, int[] kept) {
    return select(Map.of(axis, kept));
  }

  /**
   * What lies at the given indices of several axes.
   *
   * @param kept by axis, from 0, the indices, each at least 0 and below the axis' length
   * @return a smaller tensor of the same name
   * @throws IndexOutOfBoundsException where there is no such axis or index
   */
  public Tensor select(Map<Integer, int[]> kept) {
    return kept.isEmpty() ? this : new Selection(this, kept).tensor();
  }

  static long product(int from, int to, int[] dims) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= dims[i];
    }
    return product;
  }

  /** The tensor as a file holds it, data in {@code raw_data}. */
  public TensorProto toProto() {
    TensorProto.Builder proto =
        TensorProto.newBuilder().setName(name).setDataType(type.code()).setRawData(bytes);
    for (int dim : dims) {
      proto.addDims(dim);
    }
    return proto.build();
  }
}

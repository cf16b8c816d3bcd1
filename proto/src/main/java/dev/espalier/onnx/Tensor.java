package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A constant tensor of a model: name, element type, dims and little-endian element bytes in
 * row-major order.
 *
 * @param name the initialiser's name
 * @param type element type
 * @param dims length of each axis, each at least 0
 * @param bytes the elements
 */
public record Tensor(String name, ElementType type, int[] dims, ByteString bytes) {
  public Tensor {
    long expected = type.bytes();
    for (int dim : dims) {
      if (dim < 0) {
        throw new OnnxException("initialiser \"" + name + "\"", "negative dim " + dim);
      }
      expected = Math.multiplyExact(expected, (long) dim);
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
    return new Tensor(name, ElementType.FLOAT, dims, ByteString.copyFrom(buffer));
  }

  /** An int64 tensor, as shapes and bounds are. */
  public static Tensor of(String name, int[] dims, long[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asLongBuffer().put(values);
    return new Tensor(name, ElementType.INT64, dims, ByteString.copyFrom(buffer));
  }

  public static Tensor of(TensorProto proto) {
    return TensorReader.read(proto);
  }

  /** Number of elements. */
  public long size() {
    long size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    return size;
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
    ByteBuffer buffer = littleEndian();
    switch (type) {
      case FLOAT -> buffer.asFloatBuffer().get(values);
      case DOUBLE -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) buffer.getDouble();
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.float16ToFloat(buffer.getShort());
        }
      }
      default -> throw new OnnxException("initialiser \"" + name + "\"", type + " is not float");
    }
    return values;
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

  /** A read-only little-endian view of the elements. */
  public ByteBuffer littleEndian() {
    return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
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
    int inner = type.bytes();
    for (int i = axis + 1; i < dims.length; i++) {
      inner = Math.multiplyExact(inner, dims[i]);
    }
    int outer = 1;
    for (int i = 0; i < axis; i++) {
      outer = Math.multiplyExact(outer, dims[i]);
    }
    byte[] source = bytes.toByteArray();
    byte[] target = new byte[Math.multiplyExact(Math.multiplyExact(outer, kept.length), inner)];
    int to = 0;
    for (int o = 0; o < outer; o++) {
      int block = o * dims[axis];
      for (int index : kept) {
        Objects.checkIndex(index, dims[axis]);
        System.arraycopy(source, (block + index) * inner, target, to, inner);
        to += inner;
      }
    }
    int[] smaller = dims.clone();
    smaller[axis] = kept.length;
    return new Tensor(name, type, smaller, ByteString.copyFrom(target));
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

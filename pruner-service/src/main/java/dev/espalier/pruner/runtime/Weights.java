package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The large constants of models, outside the heap where ONNX Runtime reads them in place. Models
 * that share the bytes of a constant, as a model and one made from it do, share them here as well.
 * Close it after the sessions that use it. Threads may share one.
 */
public final class Weights implements AutoCloseable {
  /** Fewest bytes of a constant that is worth being held here. */
  static final int FEWEST_BYTES = 1024;

  private final Map<ByteString, ByteBuffer> natives =
      Collections.synchronizedMap(new IdentityHashMap<>());

  /** True for a constant that is held here rather than in a serialised model. */
  static boolean holds(TensorProto tensor) {
    return tensor.hasRawData()
        && tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL
        && tensor.getRawData().size() >= FEWEST_BYTES
        && type(tensor) != null;
  }

  /**
   * A tensor over the constant's bytes.
   *
   * @param tensor one that is held here
   */
  OnnxTensor tensor(OrtEnvironment environment, TensorProto tensor) throws OrtException {
    ByteBuffer bytes = natives.computeIfAbsent(tensor.getRawData(), raw -> outside(raw, tensor));
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    return OnnxTensor.createTensor(
        environment, bytes.duplicate().order(ByteOrder.nativeOrder()), shape, type(tensor));
  }

  /** The bytes outside the heap: where they are, as of a mapped file, if elements are aligned. */
  private static ByteBuffer outside(ByteString bytes, TensorProto tensor) {
    ByteBuffer there = bytes.asReadOnlyByteBuffer();
    if (there.isDirect() && there.alignmentOffset(0, type(tensor).size) == 0) {
      return there;
    }
    return ByteBuffer.allocateDirect(there.remaining()).put(there).flip();
  }

  private static OnnxJavaType type(TensorProto tensor) {
    return switch (tensor.getDataType()) {
      case TensorProto.DataType.FLOAT_VALUE -> OnnxJavaType.FLOAT;
      case TensorProto.DataType.DOUBLE_VALUE -> OnnxJavaType.DOUBLE;
      case TensorProto.DataType.FLOAT16_VALUE -> OnnxJavaType.FLOAT16;
      case TensorProto.DataType.BFLOAT16_VALUE -> OnnxJavaType.BFLOAT16;
      default -> null;
    };
  }

  /** Lets go of the memory, which the garbage collector then frees. */
  @Override
  public void close() {
    natives.clear();
  }
}

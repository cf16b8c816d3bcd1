package dev.espalier.trainer.network;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Another evaluation of a model, to compare with. */
final class OnnxRuntime {
  /**
   * An output.
   *
   * @param values as numbers; booleans are 0 and 1
   */
  record Value(OnnxJavaType type, long[] dims, double[] values) {}

  private OnnxRuntime() {}

  /** The outputs by name. */
  static Map<String, Value> run(OnnxModel model, Map<String, Tensor> feeds) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> fed = new HashMap<>();
    Map<String, Value> values = new LinkedHashMap<>();
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      try (OrtSession session = environment.createSession(model.bytes(), options)) {
        for (Tensor tensor : feeds.values()) {
          fed.put(tensor.name(), tensor(environment, tensor));
        }
        try (OrtSession.Result result = session.run(fed)) {
          for (Map.Entry<String, OnnxValue> output : result) {
            values.put(output.getKey(), value((OnnxTensor) output.getValue()));
          }
        }
      }
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
    return values;
  }

  private static OnnxTensor tensor(OrtEnvironment environment, Tensor tensor) throws OrtException {
    long[] dims = Arrays.stream(tensor.dims()).asLongStream().toArray();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(tensor.bytes().size()).order(ByteOrder.nativeOrder());
    bytes.put(tensor.bytes().asReadOnlyByteBuffer()).flip();
    if (tensor.type() == ElementType.FLOAT) {
      return OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), dims);
    } else if (tensor.type() == ElementType.INT64) {
      return OnnxTensor.createTensor(environment, bytes.asLongBuffer(), dims);
    }
    OnnxJavaType type = OnnxJavaType.valueOf(tensor.type().name());
    return OnnxTensor.createTensor(environment, bytes, dims, type);
  }

  private static Value value(OnnxTensor tensor) {
    OnnxJavaType type = tensor.getInfo().type;
    ByteBuffer bytes = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
    double[] values = new double[(int) tensor.getInfo().getNumElements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case FLOAT -> bytes.getFloat();
            case DOUBLE -> bytes.getDouble();
            case INT64 -> bytes.getLong();
            case INT32 -> bytes.getInt();
            default -> bytes.get();
          };
    }
    return new Value(type, tensor.getInfo().getShape(), values);
  }
}

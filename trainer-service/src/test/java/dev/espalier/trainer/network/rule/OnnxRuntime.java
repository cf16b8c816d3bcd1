package dev.espalier.trainer.network.rule;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The oracle of what a model makes. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  /**
   * @param feeds float, int32 or int64
   * @return the model's outputs by name, float or int64
   */
  static Map<String, Tensor> run(OnnxModel model, Map<String, Tensor> feeds) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> fed = new HashMap<>();
    try (OrtSession session = environment.createSession(model.bytes())) {
      for (Tensor tensor : feeds.values()) {
        fed.put(tensor.name(), of(environment, tensor));
      }
      Map<String, Tensor> outputs = new HashMap<>();
      try (OrtSession.Result result = session.run(fed)) {
        for (Map.Entry<String, OnnxValue> output : result) {
          outputs.put(output.getKey(), of(output.getKey(), (OnnxTensor) output.getValue()));
        }
      }
      return outputs;
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor of(OrtEnvironment environment, Tensor tensor) throws OrtException {
    long[] dims = Arrays.stream(tensor.dims()).asLongStream().toArray();
    long[] longs = tensor.isFloatingPoint() ? new long[0] : tensor.longs();
    return switch (tensor.type()) {
      case FLOAT -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor.floats()), dims);
      case INT32 -> {
        int[] ints = Arrays.stream(longs).mapToInt(Math::toIntExact).toArray();
        yield OnnxTensor.createTensor(environment, IntBuffer.wrap(ints), dims);
      }
      default -> OnnxTensor.createTensor(environment, LongBuffer.wrap(longs), dims);
    };
  }

  private static Tensor of(String name, OnnxTensor value) {
    int[] dims = Arrays.stream(value.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    ElementType type =
        switch (value.getInfo().type) {
          case FLOAT -> ElementType.FLOAT;
          case INT64 -> ElementType.INT64;
          default -> throw new IllegalStateException(value.getInfo().toString());
        };
    return new Tensor(name, type, dims, ByteString.copyFrom(value.getByteBuffer()));
  }
}

package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import dev.espalier.onnx.OnnxException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.function.LongSupplier;

/** A model loaded into ONNX Runtime, on one thread. Holds native memory until it is closed. */
public final class Session implements AutoCloseable {
  private static final OrtEnvironment ENVIRONMENT =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "espalier");

  private static final String TYPE_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  private final OrtSession session;

  private Session(OrtSession session) {
    this.session = session;
  }

  /** Version of ONNX Runtime. */
  public static String version() {
    return ENVIRONMENT.getVersion();
  }

  /**
   * Loads a model as it is deployed, with all optimisations.
   *
   * @param model the bytes of an ONNX file
   * @throws OnnxException where ONNX Runtime refuses it
   */
  public static Session open(byte[] model) {
    return open(model, OptLevel.ALL_OPT, true);
  }

  /**
   * Loads a model to compare what it computes; nothing is computed ahead, so that loading takes no
   * memory for constants that the model makes.
   *
   * @param model the bytes of an ONNX file
   * @throws OnnxException where ONNX Runtime refuses it
   */
  public static Session unfolded(byte[] model) {
    return open(model, OptLevel.BASIC_OPT, false);
  }

  /** Loads a graph to learn what it says of itself; it is not made quick to run. */
  static Session unoptimised(ModelProto model) {
    return open(model.toByteArray(), OptLevel.NO_OPT, false);
  }

  private static Session open(byte[] model, OptLevel level, boolean fold) {
    try (SessionOptions options = new SessionOptions()) {
      options.setOptimizationLevel(level);
      if (!fold) {
        options.addConfigEntry("optimization.disable_specified_optimizers", "ConstantFolding");
      }
      options.setExecutionMode(ExecutionMode.SEQUENTIAL);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return new Session(ENVIRONMENT.createSession(model, options));
    } catch (OrtException e) {
      throw new OnnxException("model", "ONNX Runtime refuses it: " + e.getMessage(), e);
    }
  }

  /** Gets what is known of each output that is a tensor. */
  interface OutputReader {
    /**
     * @param type the code of the element type
     * @param shape length of each axis, -1 where unknown; no axes where even their number is
     */
    void read(String name, int type, long[] shape);
  }

  void outputs(OutputReader reader) {
    try {
      for (Map.Entry<String, NodeInfo> output : session.getOutputInfo().entrySet()) {
        if (output.getValue().getInfo() instanceof TensorInfo tensor) {
          String type = tensor.onnxType.name().substring(TYPE_PREFIX.length());
          reader.read(output.getKey(), DataType.valueOf(type).getNumber(), tensor.getShape());
        }
      }
    } catch (OrtException e) {
      throw new OnnxException("model", "ONNX Runtime cannot tell its shapes: " + e.getMessage(), e);
    }
  }

  /**
   * What a graph without inputs makes, values of types that {@link Content} cannot hold left out.
   */
  Map<String, Content> contents() {
    Map<String, Content> contents = new LinkedHashMap<>();
    try (OrtSession.Result result = session.run(Map.of())) {
      for (Map.Entry<String, OnnxValue> output : result) {
        Value.content(output.getValue())
            .ifPresent(content -> contents.put(output.getKey(), content));
      }
      return contents;
    } catch (OrtException e) {
      throw new OnnxException("model", "ONNX Runtime cannot run it: " + e.getMessage(), e);
    }
  }

  /**
   * @param inputs a value for every graph input
   * @return every graph output, in order
   * @throws OnnxException where the model cannot be evaluated
   */
  public Map<String, Value> run(Map<String, Value> inputs) {
    return run(inputs, session.getOutputNames());
  }

  /**
   * @param inputs a value for every graph input
   * @param wanted names of graph outputs
   * @return the wanted graph outputs
   * @throws OnnxException where the model cannot be evaluated
   */
  public Map<String, Value> run(Map<String, Value> inputs, Collection<String> wanted) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Value> input : inputs.entrySet()) {
        tensors.put(input.getKey(), input.getValue().toTensor(ENVIRONMENT, input.getKey()));
      }
      try (OrtSession.Result result = session.run(tensors, new LinkedHashSet<>(wanted))) {
        Map<String, Value> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
          outputs.put(output.getKey(), Value.of(output.getKey(), output.getValue()));
        }
        return outputs;
      }
    } catch (OrtException e) {
      throw new OnnxException("model", "ONNX Runtime cannot run it: " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  /**
   * Times forward passes on the same input, its conversion left out.
   *
   * @param fewest passes at least, even where they take longer than {@code enough}
   * @param most passes at most
   * @param enough nanoseconds after which no further pass is started
   * @param nanoTime a clock
   * @return nanoseconds of each pass
   */
  public long[] time(
      Map<String, Value> inputs, int fewest, int most, long enough, LongSupplier nanoTime) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Value> input : inputs.entrySet()) {
        tensors.put(input.getKey(), input.getValue().toTensor(ENVIRONMENT, input.getKey()));
      }
      long[] nanos = new long[most];
      long sum = 0;
      int passes = 0;
      while (passes < most && (passes < fewest || sum < enough)) {
        long before = nanoTime.getAsLong();
        session.run(tensors).close();
        nanos[passes] = nanoTime.getAsLong() - before;
        sum += nanos[passes++];
      }
      return Arrays.copyOf(nanos, passes);
    } catch (OrtException e) {
      throw new OnnxException("model", "ONNX Runtime cannot run it: " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}

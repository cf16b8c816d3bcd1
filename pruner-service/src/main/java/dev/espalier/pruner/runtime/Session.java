package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
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
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** A model loaded into ONNX Runtime, on one thread. Holds native memory until it is closed. */
public final class Session implements AutoCloseable {
  private static final OrtEnvironment ENVIRONMENT =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "espalier");

  private static final String TYPE_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  private final OrtSession session;
  private final Map<String, OnnxTensor> weights;

  private Session(OrtSession session, Map<String, OnnxTensor> weights) {
    this.session = session;
    this.weights = weights;
  }

  /** Version of ONNX Runtime. */
  public static String version() {
    return ENVIRONMENT.getVersion();
  }

  /** Loads a model as it is deployed, alone. */
  public static Session open(OnnxModel model) {
    try (Weights weights = new Weights()) {
      return open(model, weights);
    }
  }

  /**
   * Loads a model as it is deployed, with all optimisations. ONNX Runtime copies the weights into
   * the layouts that it computes with, so that they may go once the model is loaded.
   *
   * @param weights where the model's weights are
   * @throws OnnxException where ONNX Runtime refuses it
   */
  public static Session open(OnnxModel model, Weights weights) {
    Slim slim = Slim.withWeightsApart(model);
    return open(slim.proto(), OptLevel.ALL_OPT, tensors(slim, weights), false);
  }

  /**
   * Loads a model to compare what it computes. Nothing is computed ahead, so that loading takes no
   * memory for constants that the model makes, and the weights are used where they are.
   *
   * @param weights where the model's weights are; to be closed after the session
   * @throws OnnxException where ONNX Runtime refuses it
   */
  public static Session unfolded(OnnxModel model, Weights weights) {
    Slim slim = Slim.withWeightsAsInputs(model);
    return open(slim.proto(), OptLevel.BASIC_OPT, tensors(slim, weights), true);
  }

  /** Loads a graph to learn what it says of itself; it is not made quick to run. */
  static Session unoptimised(ModelProto model) {
    return open(model, OptLevel.NO_OPT, Map.of(), true);
  }

  private static Map<String, OnnxTensor> tensors(Slim slim, Weights weights) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (TensorProto weight : slim.weights()) {
        tensors.put(weight.getName(), weights.tensor(ENVIRONMENT, weight));
      }
      return tensors;
    } catch (OrtException e) {
      tensors.values().forEach(OnnxTensor::close);
      throw new OnnxException("model", "ONNX Runtime refuses a weight: " + e.getMessage(), e);
    }
  }

  /** Where the weights are not fed as inputs, they are constants that the model leaves out. */
  private static Session open(
      ModelProto model, OptLevel level, Map<String, OnnxTensor> weights, boolean fed) {
    try (SessionOptions options = new SessionOptions()) {
      options.setOptimizationLevel(level);
      options.setExecutionMode(ExecutionMode.SEQUENTIAL);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setCPUArenaAllocator(!fed);
      if (fed) {
        options.addConfigEntry("optimization.disable_specified_optimizers", "ConstantFolding");
      } else if (!weights.isEmpty()) {
        options.addExternalInitializers(new LinkedHashMap<String, OnnxTensorLike>(weights));
      }
      OrtSession session = ENVIRONMENT.createSession(model.toByteArray(), options);
      return new Session(session, fed ? weights : closed(weights));
    } catch (OrtException e) {
      weights.values().forEach(OnnxTensor::close);
      throw new OnnxException("model", "ONNX Runtime refuses it: " + e.getMessage(), e);
    }
  }

  private static Map<String, OnnxTensor> closed(Map<String, OnnxTensor> weights) {
    weights.values().forEach(OnnxTensor::close);
    return Map.of();
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
    try (OrtSession.Result result = RunLimit.run(o -> session.run(Map.of(), o))) {
      for (Map.Entry<String, OnnxValue> output : result) {
        Value.content(output.getValue())
            .ifPresent(content -> contents.put(output.getKey(), content));
      }
      return contents;
    } catch (OrtException e) {
      throw RunLimit.failed(e);
    }
  }

  /**
   * @param inputs a value for every graph input
   * @return every graph output, in order
   * @throws OnnxException where the model cannot be evaluated, or not within the {@link RunLimit}
   * @throws java.util.concurrent.CancellationException where the thread is interrupted meanwhile
   */
  public Map<String, Value> run(Map<String, Value> inputs) {
    return run(inputs, session.getOutputNames());
  }

  /**
   * @param inputs a value for every graph input
   * @param wanted names of graph outputs
   * @return the wanted graph outputs
   * @throws OnnxException where the model cannot be evaluated, or not within the {@link RunLimit}
   * @throws java.util.concurrent.CancellationException where the thread is interrupted meanwhile
   */
  public Map<String, Value> run(Map<String, Value> inputs, Collection<String> wanted) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      Map<String, OnnxTensor> all = feed(inputs, tensors);
      Set<String> names = new LinkedHashSet<>(wanted);
      try (OrtSession.Result result = RunLimit.run(o -> session.run(all, names, o))) {
        Map<String, Value> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
          outputs.put(output.getKey(), Value.of(output.getKey(), output.getValue()));
        }
        return outputs;
      }
    } catch (OrtException e) {
      throw RunLimit.failed(e);
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
      Map<String, OnnxTensor> all = feed(inputs, tensors);
      return RunLimit.run(
          options -> {
            long[] nanos = new long[most];
            long sum = 0;
            int passes = 0;
            while (passes < most && (passes < fewest || sum < enough)) {
              long before = nanoTime.getAsLong();
              session.run(all, options).close();
              nanos[passes] = nanoTime.getAsLong() - before;
              sum += nanos[passes++];
            }
            return Arrays.copyOf(nanos, passes);
          });
    } catch (OrtException e) {
      throw RunLimit.failed(e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  /** The inputs as tensors, added to those to be closed, and the weights. */
  private Map<String, OnnxTensor> feed(Map<String, Value> inputs, Map<String, OnnxTensor> tensors)
      throws OrtException {
    for (Map.Entry<String, Value> input : inputs.entrySet()) {
      tensors.put(input.getKey(), input.getValue().toTensor(ENVIRONMENT, input.getKey()));
    }
    Map<String, OnnxTensor> all = new LinkedHashMap<>(weights);
    all.putAll(tensors);
    return all;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } finally {
      weights.values().forEach(OnnxTensor::close);
    }
  }
}

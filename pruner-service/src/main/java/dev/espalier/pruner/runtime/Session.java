package dev.espalier.pruner.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
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

  /** Loads a model with what it makes of constants computed ahead: shapes above all. */
  static Session folded(byte[] model) {
    return open(model, OptLevel.BASIC_OPT, true);
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

  OrtSession session() {
    return session;
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

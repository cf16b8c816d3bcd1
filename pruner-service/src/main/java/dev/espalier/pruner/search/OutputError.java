package dev.espalier.pruner.search;

import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How far a model's outputs are from the original's on calibration data: {@code ||f - f'|| /
 * ||f||}, the norms taken over all elements of all floating-point outputs of all samples.
 */
public final class OutputError {
  /** Most output elements that are kept to compare with, 512 MiB as doubles. */
  static final long MOST_ELEMENTS = 1L << 26;

  private static final int BATCH = 16;

  private final Iterable<Map<String, Value>> data;
  private final List<Map<String, Value>> expected = new ArrayList<>();
  private double scale;

  /**
   * Runs the original once.
   *
   * @param data values by graph input, a batch after the other, the same each time; at least one
   * @throws OnnxException where it cannot be run on the data, or an output is not finite
   * @throws java.util.concurrent.CancellationException where the thread was interrupted
   */
  public OutputError(OnnxModel original, Iterable<Map<String, Value>> data) {
    this.data = data;
    long elements = 0;
    try (Session session = Session.open(original)) {
      for (Map<String, Value> inputs : data) {
        Cuts.checkInterrupt();
        Map<String, Value> outputs = session.run(inputs);
        for (Map.Entry<String, Value> output : outputs.entrySet()) {
          scale += squares(output.getKey(), output.getValue());
          elements += output.getValue().elements().length;
        }
        if (elements > MOST_ELEMENTS) {
          throw new OnnxException(
              "calibration",
              "its outputs have more than " + MOST_ELEMENTS + " elements; give fewer samples");
        }
        expected.add(outputs);
      }
    }
    if (scale == 0) {
      throw new OnnxException(
          "calibration", "every output is 0 on it, so that no error is relative to it");
    }
  }

  /** The error on calibration data, run a few samples at a time. */
  public static OutputError of(OnnxModel original, Calibration calibration) {
    return new OutputError(original, calibration.of(original).batches(BATCH));
  }

  /**
   * @return the relative error, at least 0; not finite where the model's outputs are not, or where
   *     one has another shape, as where it depends on the values
   * @throws java.util.concurrent.CancellationException where the thread was interrupted
   */
  public double of(OnnxModel model) {
    double sum = 0;
    int batch = 0;
    try (Session session = Session.open(model)) {
      for (Map<String, Value> inputs : data) {
        Cuts.checkInterrupt();
        Map<String, Value> outputs = session.run(inputs);
        for (Map.Entry<String, Value> output : expected.get(batch++).entrySet()) {
          if (output.getValue().type().floatingPoint()) {
            sum += squaredDistance(output.getValue(), outputs.get(output.getKey()));
          }
        }
      }
    }
    return Math.sqrt(sum / scale);
  }

  private static double squaredDistance(Value expected, Value actual) {
    if (!Arrays.equals(expected.shape(), actual.shape())) {
      return Double.POSITIVE_INFINITY;
    }
    double[] e = expected.elements();
    double[] a = actual.elements();
    double sum = 0;
    for (int i = 0; i < e.length; i++) {
      sum += (e[i] - a[i]) * (e[i] - a[i]);
    }
    return sum;
  }

  private static double squares(String name, Value output) {
    double sum = 0;
    for (double element : output.type().floatingPoint() ? output.elements() : new double[0]) {
      sum += element * element;
    }
    if (!Double.isFinite(sum)) {
      throw new OnnxException(
          "graph output \"" + name + "\"", "is not finite on the calibration data");
    }
    return sum;
  }
}

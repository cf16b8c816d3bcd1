package dev.espalier.pruner.plan;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.calibration.Samples;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.runtime.Shapes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How a traced model is run on calibration data.
 *
 * @param data the data
 * @param readings what is looked at
 * @param size samples a batch, at least 1
 * @param perSample true where the first axis of every reading is the samples; else a batch counts
 *     as one sample
 */
record Calibrated(
    Traced traced, Samples data, List<Reading> readings, int size, boolean perSample) {
  /** What passes on sizes and no elements. */
  private static final Set<String> SHAPES = Set.of("Shape", "Size");

  /**
   * Takes as many samples at a time as asked for, where every value has one row a sample then, and
   * one sample at a time else.
   *
   * @param most samples a batch
   * @param elements most elements of all values of one pass
   */
  static Calibrated of(
      Traced traced, Samples data, List<Reading> readings, int most, long elements) {
    OnnxModel model = traced.model();
    if (data.fixedSize().isPresent()) {
      int size = data.fixedSize().getAsInt();
      Map<String, long[]> shapes = Shapes.of(model, data.shapes(size));
      boolean rows = onAxis0(readings) && rowsOnly(model, shapes, size, shapes);
      return new Calibrated(traced, data, readings, size, rows);
    }
    Map<String, long[]> ofOne = Shapes.of(model, data.shapes(1));
    long fitting = Math.max(1, elements / Math.max(1, elements(model, ofOne)));
    int size = (int) Math.min(Math.min(most, data.samples()), fitting);
    boolean rows = size > 1 && onAxis0(readings) && growsByRows(model, data, size, ofOne);
    return new Calibrated(traced, data, readings, rows ? size : 1, rows);
  }

  private static boolean growsByRows(
      OnnxModel model, Samples data, int size, Map<String, long[]> ofOne) {
    Map<String, long[]> ofMany;
    try {
      ofMany = Shapes.of(model, data.shapes(size));
    } catch (OnnxException e) {
      return false; // its batch axis is free, but something in it is made for one sample
    }
    return rowsOnly(model, ofMany, size, ofOne);
  }

  /** True where axis 0 of what is read carries no units, as that of samples does not. */
  private static boolean onAxis0(List<Reading> readings) {
    return readings.stream().allMatch(r -> r.slots().length > 1 && r.slots()[0] == null);
  }

  /**
   * True where every value that depends on the elements that are fed has a row a sample, so that
   * nothing mixes samples.
   */
  private static boolean rowsOnly(
      OnnxModel model, Map<String, long[]> shapes, int size, Map<String, long[]> others) {
    Set<String> fed = new HashSet<>();
    model.inputs().forEach(input -> fed.add(input.getName()));
    for (Node node : model.nodes()) {
      if (SHAPES.contains(node.operator()) || node.inputs().stream().noneMatch(fed::contains)) {
        continue;
      }
      for (String output : node.outputs()) {
        long[] shape = shapes.get(output);
        long[] other = others.get(output);
        boolean rows =
            shape != null
                && other != null
                && shape.length > 0
                && shape.length == other.length
                && shape[0] == size
                && (others == shapes || other[0] == 1)
                && Arrays.equals(shape, 1, shape.length, other, 1, other.length);
        if (!rows && !output.isEmpty()) {
          return false;
        }
        fed.add(output);
      }
    }
    return true;
  }

  private static long elements(OnnxModel model, Map<String, long[]> shapes) {
    long sum = 0;
    for (Node node : model.nodes()) {
      for (String output : node.outputs()) {
        long[] shape = shapes.getOrDefault(output, new long[0]);
        sum += Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      }
    }
    return sum;
  }

  /** The shape of every value for a batch of this many samples. */
  Map<String, long[]> shapes(int samples) {
    Map<String, long[]> shapes = Shapes.of(traced.model(), data.shapes(samples));
    for (Reading reading : readings) {
      check(reading, shapes.get(reading.value()));
    }
    return shapes;
  }

  private static void check(Reading reading, long[] shape) {
    String place = "value \"" + reading.value() + "\"";
    if (shape == null || shape.length != reading.slots().length) {
      throw new OnnxException(place, "its shape on the calibration data is not known");
    }
    for (int axis = 0; axis < shape.length; axis++) {
      int[] slots = reading.slots()[axis];
      if (slots != null && slots.length != shape[axis]) {
        throw new OnnxException(
            place,
            "axis %d has length %d on the calibration data and %d where the model was analysed;"
                    .formatted(axis, shape[axis], slots.length)
                + " give data of the same sizes");
      }
    }
  }

  /** Axes over which a reading is summed so that one axis is left, and that of the samples. */
  int[] others(int axis, int rank) {
    return IntStream.range(perSample ? 1 : 0, rank).filter(other -> other != axis).toArray();
  }
}

package dev.espalier.pruner.plan;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import dev.espalier.pruner.calibration.Samples;
import dev.espalier.pruner.gradient.Loss;
import dev.espalier.pruner.runtime.Value;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The loss that calibration labels ask for.
 *
 * @param data where labels come from
 * @param loss what they are compared with
 * @param type type that the loss wants of them
 * @param shape shape that it wants of a batch
 * @param classes they lie below it, 0 where they are no classes
 */
record Labels(Samples data, Loss loss, ElementType type, long[] shape, long classes) {
  /**
   * The first output that the labels fit.
   *
   * @param shapes of every value for the batch
   */
  static Labels of(Calibrated calibrated, Map<String, long[]> shapes) {
    Samples data = calibrated.data();
    int size =
        Math.toIntExact(shapes.get(calibrated.traced().model().inputs().getFirst().getName())[0]);
    if (data.labelShape(size).isEmpty()) {
      return new Labels(data, new Loss.Energy(), ElementType.FLOAT, new long[0], 0);
    }
    long[] labels = data.labelShape(size).get();
    for (ValueInfoProto output : calibrated.traced().model().outputs()) {
      String name = output.getName();
      long[] shape = shapes.get(name);
      ElementType type = type(output);
      if (shape == null || !type.floatingPoint()) {
        continue;
      }
      long[] positions =
          IntStream.range(0, shape.length)
              .filter(axis -> axis != 1)
              .mapToLong(axis -> shape[axis])
              .toArray();
      if (data.integerLabels() && shape.length > 1 && count(labels) == count(positions)) {
        Loss loss = new Loss.CrossEntropy(name);
        return new Labels(data, loss, ElementType.INT64, positions, shape[1]);
      }
      if (count(labels) == count(shape)) {
        return new Labels(data, new Loss.MeanSquare(name), type, shape, 0);
      }
    }
    throw new OnnxException(
        "calibration array \"y\"",
        "labels of shape %s fit no output: neither one value an element nor, as integers, one"
                .formatted(Arrays.toString(labels))
            + " class a row");
  }

  /** Adds the labels of a batch to what a run is fed. */
  void feed(Samples.Batch batch, Map<String, Value> inputs) {
    if (loss instanceof Loss.Energy) {
      return;
    }
    Value labels = data.labels(batch, type, shape);
    for (double label : labels.elements()) {
      if (classes > 0 && (label < 0 || label >= classes)) {
        throw new OnnxException(
            "calibration array \"y\"", "class " + label + " is not in [0, " + classes + ")");
      }
    }
    inputs.put(Loss.LABELS, labels);
  }

  private static long count(long[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  private static ElementType type(ValueInfoProto output) {
    int code = output.getType().getTensorType().getElemType();
    return Arrays.stream(ElementType.values())
        .filter(type -> type.code() == code)
        .findFirst()
        .orElse(ElementType.FLOAT);
  }
}

package dev.espalier.pruner.calibration;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.npz.NpyArray;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import dev.espalier.pruner.runtime.Value;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** Calibration data as one model wants it, some samples at a time. */
public final class Samples {
  /**
   * Some samples.
   *
   * @param inputs a value for every graph input
   * @param size how many, at least 1
   * @param from position of the first
   */
  public record Batch(Map<String, Value> inputs, int size, int from) {}

  private final Map<String, NpyArray> arrays;
  private final Map<String, ElementType> types = new LinkedHashMap<>();
  private final Optional<NpyArray> labels;
  private final OptionalInt fixed;
  private final int samples;

  Samples(
      List<ValueInfoProto> inputs,
      Map<String, NpyArray> arrays,
      Optional<NpyArray> labels,
      int samples) {
    this.arrays = arrays;
    this.labels = labels;
    for (ValueInfoProto input : inputs) {
      types.put(input.getName(), type(input, arrays.get(input.getName())));
    }
    int[] sizes =
        inputs.stream()
            .map(input -> input.getType().getTensorType().getShape().getDimList())
            .filter(dims -> !dims.isEmpty() && dims.getFirst().hasDimValue())
            .map(List::getFirst)
            .mapToLong(Dimension::getDimValue)
            .mapToInt(Math::toIntExact)
            .distinct()
            .toArray();
    if (sizes.length > 1) {
      throw new OnnxException(
          "graph inputs",
          "their first axes have lengths %s; calibration needs one batch axis"
              .formatted(Arrays.toString(sizes)));
    }
    fixed = Arrays.stream(sizes).findFirst();
    int every = fixed.orElse(1);
    if (every < 1 || every > samples) {
      throw new OnnxException(
          arrays.values().iterator().next().place(),
          "has %d samples, the model takes %d at a time; give more".formatted(samples, every));
    }
    this.samples = samples - samples % every;
  }

  /** Samples that are used, at least 1: whole batches where the model's batch size is fixed. */
  public int samples() {
    return samples;
  }

  /** The only batch size that the model takes, where it fixes one. */
  public OptionalInt fixedSize() {
    return fixed;
  }

  /** The shapes of the graph inputs for a batch of this size. */
  public Map<String, long[]> shapes(int size) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    arrays.forEach((name, array) -> shapes.put(name, array.shape(size)));
    return shapes;
  }

  /** Type and shape of the labels of so many samples, empty where there are none. */
  public Optional<long[]> labelShape(int size) {
    return labels.map(array -> array.shape(size));
  }

  /** True where labels are there and are integers: classes. */
  public boolean integerLabels() {
    return labels.filter(array -> !array.type().floatingPoint()).isPresent();
  }

  /**
   * The labels of a batch.
   *
   * @param type the type they shall have
   * @param shape the shape they shall have, of as many elements
   */
  public Value labels(Batch batch, ElementType type, long[] shape) {
    NpyArray array = labels.orElseThrow();
    double[] elements = array.elements(batch.from, batch.from + batch.size);
    return new Value(type, shape, elements);
  }

  /**
   * What to feed a model, for all samples in order.
   *
   * @param size samples a batch, as in {@link #of}
   */
  public Iterable<Map<String, Value>> batches(int size) {
    return () -> StreamSupport.stream(of(size).spliterator(), false).map(Batch::inputs).iterator();
  }

  /**
   * All samples in order; the last batch may be smaller.
   *
   * @param size samples a batch, at least 1; the model's own where that is fixed
   * @return values are made as they are asked for
   */
  public Iterable<Batch> of(int size) {
    int each = fixed.orElse(size);
    return () -> {
      Iterator<Batch> batches =
          IntStream.iterate(0, from -> from < samples, from -> from + each)
              .mapToObj(from -> batch(from, Math.min(samples, from + each)))
              .iterator();
      return batches;
    };
  }

  private Batch batch(int from, int to) {
    Map<String, Value> values = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          double[] elements = array.elements(from, to);
          ElementType type = types.get(name);
          checkRange(array, type, elements);
          values.put(name, new Value(type, array.shape(to - from), elements));
        });
    return new Batch(values, to - from, from);
  }

  private static ElementType type(ValueInfoProto input, NpyArray array) {
    int code = input.getType().getTensorType().getElemType();
    ElementType type =
        Arrays.stream(ElementType.values())
            .filter(known -> known.code() == code)
            .findFirst()
            .orElseThrow(
                () ->
                    new OnnxException(
                        "graph input \"" + input.getName() + "\"", "type " + code + " is unknown"));
    if (array.type().floatingPoint() && !type.floatingPoint()) {
      throw new OnnxException(
          array.place(),
          "field descr: is %s, graph input \"%s\" wants %s; convert the array with .astype"
              .formatted(array.type(), input.getName(), type));
    }
    return type;
  }

  private static void checkRange(NpyArray array, ElementType type, double[] elements) {
    double[] bounds =
        switch (type) {
          case BOOL -> new double[] {0, 1};
          case UINT8 -> new double[] {0, 255};
          case INT8 -> new double[] {-128, 127};
          case INT32 -> new double[] {Integer.MIN_VALUE, Integer.MAX_VALUE};
          default -> new double[] {-Double.MAX_VALUE, Double.MAX_VALUE};
        };
    for (double element : elements) {
      if (element < bounds[0] || element > bounds[1]) {
        throw new OnnxException(
            array.place(), "element " + element + " does not fit the graph input's type " + type);
      }
    }
  }
}

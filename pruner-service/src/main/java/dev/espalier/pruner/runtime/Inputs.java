package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** What to feed a model where it asks for no values in particular. */
public final class Inputs {
  /** Most elements of one input, 256 MiB as float32. */
  static final long MOST_ELEMENTS = 1L << 26;

  private Inputs() {}

  /**
   * The shapes of a model's inputs.
   *
   * @param free the length to take for every axis whose length the model leaves open, at least 1
   * @throws OnnxException where an input is no tensor, has no shape, an empty axis, or is too large
   */
  public static Map<String, long[]> shapes(OnnxModel model, long free) {
    return shapes(model, free, Map.of());
  }

  /**
   * The shapes of a model's inputs.
   *
   * @param free the length to take for every axis whose length neither the model nor the caller
   *     says, at least 1
   * @param given whole shapes of some inputs, by name
   * @throws OnnxException where an input is no tensor, has no shape, an empty axis, or is too
   *     large, and where a given shape has no such input, another rank, or another length than the
   *     model on an axis that is not free
   */
  public static Map<String, long[]> shapes(OnnxModel model, long free, Map<String, long[]> given) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (ValueInfoProto input : model.inputs()) {
      String place = "graph input \"" + input.getName() + "\"";
      TypeProto.Tensor type = input.getType().getTensorType();
      if (!input.getType().hasTensorType() || !type.hasShape()) {
        throw new OnnxException(place, "is no tensor with a shape; export the model with one");
      }
      long[] shape = shape(place, type.getShape(), free, given.get(input.getName()));
      check(place, shape);
      shapes.put(input.getName(), shape);
    }
    for (String name : given.keySet()) {
      if (!shapes.containsKey(name)) {
        throw new OnnxException(
            "graph input \"" + name + "\"",
            "a shape is given, but the model's inputs are " + shapes.keySet());
      }
    }
    if (shapes.isEmpty()) {
      throw new OnnxException("model", "has no graph inputs, so its output is a constant");
    }
    return shapes;
  }

  private static long[] shape(String place, TensorShapeProto dims, long free, long[] given) {
    long[] shape = new long[dims.getDimCount()];
    if (given != null && given.length != shape.length) {
      throw new OnnxException(
          place, "the shape given has %d axes, the input %d".formatted(given.length, shape.length));
    }
    for (int axis = 0; axis < shape.length; axis++) {
      Dimension dim = dims.getDim(axis);
      long otherwise = given == null ? free : given[axis];
      shape[axis] = dim.hasDimValue() ? dim.getDimValue() : otherwise;
      if (given != null && given[axis] != shape[axis]) {
        throw new OnnxException(
            place,
            "the shape given has length %d on axis %d, which is fixed at %d"
                .formatted(given[axis], axis, shape[axis]));
      }
    }
    return shape;
  }

  private static void check(String place, long[] shape) {
    long elements = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] < 1 || shape[axis] > MOST_ELEMENTS) {
        throw new OnnxException(place, "dim " + shape[axis] + " on axis " + axis);
      }
      elements = Math.min(elements * shape[axis], MOST_ELEMENTS + 1);
    }
    if (elements > MOST_ELEMENTS) {
      throw new OnnxException(place, "has more than " + MOST_ELEMENTS + " elements");
    }
  }

  /**
   * Standard normal values; for integer inputs 0 or 1.
   *
   * @param shapes as {@link #shapes} gives them
   */
  public static Map<String, Value> random(
      OnnxModel model, Map<String, long[]> shapes, SplittableRandom random) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (ValueInfoProto input : model.inputs()) {
      long[] shape = shapes.get(input.getName());
      ElementType type = type(input);
      double[] elements = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = type.floatingPoint() ? random.nextGaussian() : random.nextInt(2);
      }
      values.put(input.getName(), new Value(type, shape, elements));
    }
    return values;
  }

  private static ElementType type(ValueInfoProto input) {
    int code = input.getType().getTensorType().getElemType();
    return Arrays.stream(ElementType.values())
        .filter(type -> type.code() == code)
        .findFirst()
        .orElseThrow(
            () -> Value.unsupported("graph input \"" + input.getName() + "\"", "code " + code));
  }
}

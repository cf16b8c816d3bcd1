package dev.espalier.pruner.runtime;

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
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (ValueInfoProto input : model.inputs()) {
      String place = "graph input \"" + input.getName() + "\"";
      TypeProto.Tensor type = input.getType().getTensorType();
      if (!input.getType().hasTensorType() || !type.hasShape()) {
        throw new OnnxException(place, "is no tensor with a shape; export the model with one");
      }
      long elements = 1;
      long[] shape = new long[type.getShape().getDimCount()];
      for (int axis = 0; axis < shape.length; axis++) {
        Dimension dim = type.getShape().getDim(axis);
        shape[axis] = dim.hasDimValue() ? dim.getDimValue() : free;
        if (shape[axis] < 1 || shape[axis] > MOST_ELEMENTS) {
          throw new OnnxException(place, "dim " + shape[axis] + " on axis " + axis);
        }
        elements = Math.min(elements * shape[axis], MOST_ELEMENTS + 1);
      }
      if (elements > MOST_ELEMENTS) {
        throw new OnnxException(place, "has more than " + MOST_ELEMENTS + " elements");
      }
      shapes.put(input.getName(), shape);
    }
    if (shapes.isEmpty()) {
      throw new OnnxException("model", "has no graph inputs, so its output is a constant");
    }
    return shapes;
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

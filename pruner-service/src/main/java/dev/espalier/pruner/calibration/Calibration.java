package dev.espalier.pruner.calibration;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.npz.NpyArray;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Samples that a model is run on: arrays by name, the samples along the first axis of each. */
public final class Calibration {
  /** The array that holds labels, unless a graph input has this name. */
  public static final String LABELS = "y";

  private static final String ONLY_INPUT = "x";

  private final String place;
  private final Map<String, NpyArray> arrays;
  private final int samples;

  private Calibration(String place, Map<String, NpyArray> arrays, int samples) {
    this.place = place;
    this.arrays = arrays;
    this.samples = samples;
  }

  /**
   * @param place the file, to be named in errors
   * @throws OnnxException where there are no arrays, too many samples, or unequally many
   */
  static Calibration of(String place, Map<String, NpyArray> arrays, int mostSamples) {
    if (arrays.isEmpty()) {
      throw new OnnxException(place, "has no arrays; save one for each graph input");
    }
    NpyArray first = arrays.values().iterator().next();
    for (NpyArray array : arrays.values()) {
      if (array.shape().length == 0) {
        throw new OnnxException(array.place(), "field shape (): the first axis must be samples");
      }
      if (array.samples() != first.samples()) {
        throw new OnnxException(
            array.place(),
            "has %d samples on its first axis, %s has %d"
                .formatted(array.samples(), first.place(), first.samples()));
      }
    }
    if (first.samples() > mostSamples) {
      throw new OnnxException(
          first.place(), first.samples() + " samples, above " + mostSamples + "; take fewer");
    }
    return new Calibration(place, arrays, (int) first.samples());
  }

  /** At least 1. */
  public int samples() {
    return samples;
  }

  /**
   * Checks the arrays against a model's inputs. For a model with one input its only array, or the
   * one named {@code x}, will do whatever the input's name.
   *
   * @throws OnnxException where an array is missing, left over, or of another type or shape
   */
  public Samples of(OnnxModel model) {
    Map<String, NpyArray> rest = new LinkedHashMap<>(arrays);
    Map<String, NpyArray> fed = new LinkedHashMap<>();
    List<ValueInfoProto> inputs = model.inputs();
    for (ValueInfoProto input : inputs) {
      String name = input.getName();
      String from = rest.containsKey(name) || inputs.size() > 1 ? name : only(rest);
      NpyArray array = rest.remove(from);
      if (array == null) {
        throw new OnnxException(
            place,
            "has no array \"%s\" for the graph input of this name, only %s"
                .formatted(name, new TreeSet<>(arrays.keySet())));
      }
      checkShape(input, array);
      fed.put(name, array);
    }
    Optional<NpyArray> labels = Optional.ofNullable(rest.remove(LABELS));
    if (!rest.isEmpty()) {
      throw new OnnxException(
          rest.values().iterator().next().place(),
          "the model has no graph input of this name; it has "
              + inputs.stream().map(ValueInfoProto::getName).toList());
    }
    return new Samples(inputs, fed, labels, samples);
  }

  private static String only(Map<String, NpyArray> arrays) {
    if (arrays.containsKey(ONLY_INPUT) || arrays.size() == 1) {
      return arrays.size() == 1 ? arrays.keySet().iterator().next() : ONLY_INPUT;
    }
    List<String> names = arrays.keySet().stream().filter(name -> !name.equals(LABELS)).toList();
    return names.size() == 1 ? names.getFirst() : ONLY_INPUT;
  }

  private static void checkShape(ValueInfoProto input, NpyArray array) {
    List<Dimension> dims = input.getType().getTensorType().getShape().getDimList();
    long[] shape = array.shape();
    boolean fits = input.getType().getTensorType().hasShape() && dims.size() == shape.length;
    for (int axis = 1; fits && axis < shape.length; axis++) {
      fits = !dims.get(axis).hasDimValue() || dims.get(axis).getDimValue() == shape[axis];
    }
    if (!fits) {
      throw new OnnxException(
          array.place(),
          "shape %s does not fit graph input \"%s\" of shape %s; the first axis is the samples"
              .formatted(Arrays.toString(shape), input.getName(), shown(dims)));
    }
  }

  private static List<String> shown(List<Dimension> dims) {
    return dims.stream()
        .map(dim -> dim.hasDimValue() ? String.valueOf(dim.getDimValue()) : "?")
        .toList();
  }
}

package dev.espalier.trainer.task;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.data.Dataset;
import dev.espalier.trainer.data.Examples;
import dev.espalier.trainer.network.OperatorRules;
import java.util.Arrays;
import java.util.List;

/** Whether a model and data fit together, as far as it can be told without running it. */
final class Fit {
  private Fit() {}

  /**
   * @return the graph's input
   * @throws InvalidInput where they do not
   */
  static ValueInfoProto check(OnnxModel model, Dataset data, Loss loss, int batchSize) {
    check(model);
    ValueInfoProto input = model.inputs().getFirst();
    Examples x = data.training().x();
    checkType(input, x);
    checkShape(input, x);
    if (loss.classes()) {
      Examples y = data.training().y().orElse(x);
      if (data.training().y().isEmpty() || !y.integers()) {
        throw new InvalidInput(
            "y",
            data.training().y().isEmpty() ? "missing" : "floats",
            "cross-entropy needs y, an integer class for each sample");
      }
    }
    if (fixedBatch(input)) {
      checkFixed(input, data, batchSize);
    }
    return input;
  }

  /**
   * @throws InvalidInput where it cannot be trained
   */
  static void check(OnnxModel model) {
    if (model.inputs().size() != 1 || model.outputs().isEmpty()) {
      throw new InvalidInput(
          "model",
          model.inputs().size() + " inputs, " + model.outputs().size() + " outputs",
          "give a model with one input and at least one output");
    }
    try {
      OperatorRules.check(model);
    } catch (OnnxException e) {
      InvalidInput invalid = new InvalidInput("model", "graph", e.getMessage());
      invalid.initCause(e);
      throw invalid;
    }
  }

  /** Whether a graph says how many samples it takes at once. */
  static boolean fixedBatch(ValueInfoProto input) {
    List<Dimension> dims = dims(input);
    return !dims.isEmpty() && dims.getFirst().hasDimValue() && dims.getFirst().getDimValue() > 0;
  }

  private static void checkFixed(ValueInfoProto input, Dataset data, int batchSize) {
    long fixed = dims(input).getFirst().getDimValue();
    if (fixed != batchSize) {
      throw new InvalidInput(
          "batch_size",
          batchSize,
          "the model takes " + fixed + " samples at once; choose " + fixed + ", or export it anew");
    }
    int fewest = Math.min(data.training().count(), data.validation().count());
    if (fewest < fixed) {
      throw new InvalidInput(
          "data",
          fewest + " samples to train or validate on",
          "the model takes " + fixed + " at once; give more");
    }
  }

  private static void checkType(ValueInfoProto input, Examples x) {
    int type = input.getType().getTensorType().getElemType();
    boolean longs = type == ElementType.INT64.code();
    if (!longs && type != ElementType.FLOAT.code()) {
      throw new InvalidInput(
          "model", "input " + input.getName(), "only float32 and int64 can be fed");
    }
    if (longs && !x.integers()) {
      throw new InvalidInput(
          "x", "floats", "input \"" + input.getName() + "\" takes integers; save them as int64");
    }
  }

  private static void checkShape(ValueInfoProto input, Examples x) {
    List<Dimension> dims = dims(input);
    int[] shape = x.shape();
    boolean fits = !input.getType().getTensorType().hasShape() || dims.size() == shape.length + 1;
    for (int a = 0; fits && a + 1 < dims.size(); a++) {
      Dimension dim = dims.get(a + 1);
      fits = !dim.hasDimValue() || dim.getDimValue() <= 0 || dim.getDimValue() == shape[a];
    }
    if (!fits) {
      throw new InvalidInput(
          "x",
          "samples of shape " + Arrays.toString(shape),
          "input \""
              + input.getName()
              + "\" takes "
              + dims.stream().map(d -> d.hasDimValue() ? "" + d.getDimValue() : "?").toList()
              + ", samples on the first axis");
    }
  }

  private static List<Dimension> dims(ValueInfoProto input) {
    return input.getType().getTensorType().getShape().getDimList();
  }
}

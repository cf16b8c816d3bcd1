package dev.espalier.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bounds the values that a graph makes. */
public final class ValueSizes {
  /** Most elements that a value may have: half a gigabyte in float32. */
  public static final long MOST = 1L << 27;

  /** Most elements of what is made element by element in Java's own memory. */
  public static final long MOST_IN_JAVA = 1L << 24;

  /** Most elements that all values of one evaluation may have together: 8 gigabytes in float32. */
  public static final long MOST_TOGETHER = 1L << 31;

  private ValueSizes() {}

  /**
   * Evaluates a model's outputs once, from zeros.
   *
   * @param model any model
   * @param input shape of its one input
   * @throws OnnxException where the model cannot be trained, a node's inputs do not fit together,
   *     its output has more than {@link #MOST} elements, or all have more than {@link
   *     #MOST_TOGETHER}; names the node
   */
  public static void check(OnnxModel model, long... input) {
    if (model.inputs().size() != 1) {
      throw new OnnxException("model", "has " + model.inputs().size() + " inputs, not 1");
    }
    check(model, Map.of(model.inputs().getFirst().getName(), input));
  }

  /**
   * The same for a model with several inputs.
   *
   * @param inputs shapes by the inputs' names
   */
  public static void check(OnnxModel model, Map<String, long[]> inputs) {
    OperatorRules.check(model);
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      boolean recording = Torch.recordsGradients();
      Torch.recordGradients(false);
      try {
        List<String> outputs = model.outputs().stream().map(ValueInfoProto::getName).toList();
        network.evaluate(zeros(model, inputs, manager), outputs);
      } finally {
        Torch.recordGradients(recording);
      }
    }
  }

  private static Map<String, NDArray> zeros(
      OnnxModel model, Map<String, long[]> inputs, NDManager manager) {
    Map<String, NDArray> zeros = new HashMap<>();
    for (ValueInfoProto input : model.inputs()) {
      String place = "graph input \"" + input.getName() + "\"";
      long[] shape = inputs.get(input.getName());
      if (shape == null) {
        throw new OnnxException(place, "no shape is given for it");
      }
      if (elements(shape) > MOST) {
        throw tooLarge(place, MOST, shape);
      }
      int code = input.getType().getTensorType().getElemType();
      zeros.put(
          input.getName(),
          manager.zeros(new Shape(shape), ElementTypes.engine(code, DataType.FLOAT32, place)));
    }
    return zeros;
  }

  /**
   * Checks an output's size, before it is made where that is large.
   *
   * @param shape dims, each at least 0
   * @throws OnnxException where it has more than {@link #MOST} elements
   */
  public static void limit(Node node, long... shape) {
    if (elements(shape) > MOST) {
      throw tooLarge("node " + node, MOST, shape);
    }
  }

  /**
   * The same for what is made element by element in Java's own memory.
   *
   * @param shape dims, each at least 0
   * @throws OnnxException where it has more than {@link #MOST_IN_JAVA} elements
   */
  public static void limitInJava(Node node, long... shape) {
    if (elements(shape) > MOST_IN_JAVA) {
      throw tooLarge("node " + node, MOST_IN_JAVA, shape);
    }
  }

  private static OnnxException tooLarge(String place, long most, long... shape) {
    return new OnnxException(
        place,
        "would make a value of "
            + Arrays.toString(shape)
            + ", more than "
            + most
            + " elements; lower batch_size or check the model");
  }

  private static double elements(long[] shape) {
    double elements = 1;
    for (long dim : shape) {
      elements *= dim;
    }
    return elements;
  }
}

package dev.espalier.pruner.runtime;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.Map;

/** The concrete shape of every value of a model, as ONNX Runtime infers them. */
public final class Shapes {
  /** Most elements of all values that nodes make, 1 GiB as float32. */
  static final long MOST_ELEMENTS = 1L << 28;

  private Shapes() {}

  /** The shapes of a model whose free axes have length 1. */
  public static Map<String, long[]> of(OnnxModel model) {
    return of(model, Map.of());
  }

  /**
   * @param inputShapes the shapes of inputs whose free axes have another length than 1
   * @return shapes by value name: initialisers, graph inputs and every node's outputs; a value is
   *     missing where only running the model could tell
   * @throws OnnxException where ONNX Runtime refuses the model, an input shape does not fit it, or
   *     its nodes make more than 2^28 elements in all
   */
  public static Map<String, long[]> of(OnnxModel model, Map<String, long[]> inputShapes) {
    Map<String, long[]> shapes =
        Propagation.run(model.withConstantsLifted(), Inputs.shapes(model, 1, inputShapes)).shapes();
    checkSize(model, shapes);
    return shapes;
  }

  /**
   * False where a model's nodes make more than 2^28 elements in all of inputs of these shapes; true
   * also where that cannot be told.
   */
  public static boolean fit(OnnxModel model, Map<String, long[]> inputs) {
    Map<String, long[]> shapes;
    try {
      shapes = Propagation.run(model.withConstantsLifted(), inputs).shapes();
    } catch (OnnxException e) {
      return true;
    }
    return model.nodes().stream().mapToDouble(node -> made(node, shapes)).sum() <= MOST_ELEMENTS;
  }

  private static double made(Node node, Map<String, long[]> shapes) {
    double made = 0;
    for (String output : node.outputs()) {
      long[] shape = shapes.get(output);
      made += shape == null ? 0 : Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    }
    return made;
  }

  static void checkSize(OnnxModel model, Map<String, long[]> shapes) {
    double all = 0;
    double most = 0;
    String largest = "";
    for (Node node : model.nodes()) {
      double made = made(node, shapes);
      all += made;
      if (made > most) {
        most = made;
        largest = "node " + node;
      }
    }
    if (all > MOST_ELEMENTS) {
      throw new OnnxException(
          largest,
          "makes %.0f of the %.0f elements that one forward pass at batch size 1 makes; at most %d"
              .formatted(most, all, MOST_ELEMENTS));
    }
  }
}

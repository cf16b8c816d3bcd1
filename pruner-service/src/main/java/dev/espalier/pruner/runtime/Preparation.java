package dev.espalier.pruner.runtime;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Prepared;
import java.util.HashMap;
import java.util.Map;

/** Makes a model ready to be traced. */
public final class Preparation {
  private Preparation() {}

  /**
   * @param inputShapes by graph input, shapes for inputs that leave axes open
   */
  public static Prepared of(OnnxModel model, Map<String, long[]> inputShapes) {
    Map<String, long[]> ints = new HashMap<>();
    model
        .initializers()
        .forEach(
            (name, tensor) -> {
              if (tensor.type() == dev.espalier.onnx.ElementType.INT64) {
                ints.put(name, tensor.longs());
              }
            });
    return new Prepared(model, model, Shapes.of(model), ints);
  }
}

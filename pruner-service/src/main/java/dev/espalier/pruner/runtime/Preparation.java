package dev.espalier.pruner.runtime;

import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Prepared;
import java.util.Map;

/** Makes a model ready to be traced and cut. */
public final class Preparation {
  private Preparation() {}

  /**
   * Folds a model's shape arithmetic and finds its shapes. A model whose free axes work at no other
   * lengths than the ones asked for, such as one that was exported with its batch size written into
   * reshapes, keeps its shape arithmetic as it is.
   *
   * @param inputShapes the shapes of inputs whose free axes have another length than 1
   * @throws OnnxException where ONNX Runtime refuses the model, an input shape does not fit it, or
   *     its nodes make more than 2^28 elements in all
   */
  public static Prepared of(OnnxModel model, Map<String, long[]> inputShapes) {
    OnnxModel lifted = model.withConstantsLifted();
    Map<String, long[]> inputs = Inputs.shapes(lifted, 1, inputShapes);
    Propagation.Known first = Propagation.run(lifted, inputs);
    Shapes.checkSize(model, first.shapes());
    return Folding.of(
        model, lifted, evaluations(lifted, new FreeAxes(lifted, inputs), first), inputShapes);
  }

  private static Evaluations evaluations(OnnxModel model, FreeAxes free, Propagation.Known first) {
    boolean computes =
        model.nodes().stream()
            .flatMap(node -> node.outputs().stream())
            .map(first.contents()::get)
            .anyMatch(content -> content != null && content.integer());
    if (free.none() || !computes) {
      return new Evaluations(first, first, true);
    }
    for (FreeAxes.Lengths longer : free.longer()) {
      try {
        Propagation.Known second = Propagation.run(model, longer.inputs());
        return new Evaluations(first, second, longer.distinct());
      } catch (OnnxException e) {
        // These lengths do not go together in this model; others may.
        continue;
      }
    }
    return new Evaluations(first, null, false);
  }
}

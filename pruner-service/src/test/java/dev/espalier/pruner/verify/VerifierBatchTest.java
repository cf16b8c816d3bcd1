package dev.espalier.pruner.verify;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.runtime.Inputs;
import dev.espalier.pruner.runtime.Shapes;
import dev.espalier.pruner.runtime.Weights;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How long the verifier takes the axes that a model leaves open. */
class VerifierBatchTest {
  /** The sum of two inputs along two open axes each, then over all but a few of its elements. */
  private static OnnxModel crossed(int width) {
    return new OnnxBuilder("crossed")
        .input("a", -1, -1, 1, 1, width)
        .input("b", 1, 1, -1, -1, width)
        .node("Add", "/cross", List.of("a", "b"), "sum")
        .node("ReduceMax", "/most", List.of("sum"), "y", Map.of("keepdims", 0))
        .output("y")
        .build();
  }

  private static Verification itself(OnnxModel model) {
    return Verifier.compare(model, model, new Weights(), List.of(), new Trials(1, Map.of(), 1));
  }

  @Test
  void whatFitsOnlyAtLengthOneIsComparedThere() {
    OnnxModel model = crossed(1 << 22);

    assertFalse(Shapes.fit(model, Inputs.shapes(model, Trials.BATCH)));
    assertTrue(itself(model).exact());
  }

  @Test
  void anInputThatIsTooLargeAsABatchIsFedAlone() {
    OnnxModel model =
        new OnnxBuilder("wide")
            .input("x", -1, 23_000_000)
            .node("ReduceMax", "/most", List.of("x"), "y", Map.of("keepdims", 0))
            .output("y")
            .build();

    assertTrue(itself(model).exact());
  }
}

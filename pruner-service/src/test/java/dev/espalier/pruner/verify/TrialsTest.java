package dev.espalier.pruner.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.runtime.Weights;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrialsTest {
  @Test
  void workIsBoundedButNeverNone() {
    assertEquals(16, trials(0));
    assertEquals(16, trials(40_000_000));
    assertEquals(2, trials(300_000_000));
    assertEquals(1, trials(Long.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> new Trials(0, Map.of(), 1));
  }

  private static int trials(long macs) {
    return Trials.of(macs, Map.of(), 1).inputs();
  }

  @Test
  void aModelThatWorksAtASingleLengthIsComparedAtThat() {
    Traced traced = new Pruner().analyze(reshaping(1), Map.of());
    check(traced, Map.of());

    Map<String, long[]> five = Map.of("x", new long[] {5, 4});
    check(new Pruner().analyze(reshaping(5), five), five);
  }

  private static void check(Traced traced, Map<String, long[]> shapes) {
    Survivors survivors = new Survivors(traced, new int[][] {{1, 4}});
    Verification verification =
        Verifier.compare(
            Cut.apply(traced, survivors, Map.of()),
            MaskedTwin.of(traced, survivors),
            new Weights(),
            List.of(),
            new Trials(2, shapes, 1));
    assertFalse(verification.wrong(), verification.toString());
  }

  /** Its batch is open, but a reshape fixes it. */
  private static OnnxModel reshaping(int batch) {
    SplittableRandom random = new SplittableRandom(1);
    return new OnnxBuilder("reshaping")
        .input("x", -1, 4)
        .initializer("a", new int[] {4, 6}, Networks.floats(24, random))
        .initializer("b", new int[] {6, 2}, Networks.floats(12, random))
        .initializer(Tensor.of("shape", new int[] {3}, new long[] {batch, 2, 1}))
        .node("MatMul", "/a", List.of("x", "a"), "h")
        .node("MatMul", "/b", List.of("h", "b"), "g")
        .node("Reshape", "/reshape", List.of("g", "shape"), "y")
        .output("y", batch, 2, 1)
        .build();
  }
}

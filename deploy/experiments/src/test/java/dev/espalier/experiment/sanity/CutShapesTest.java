package dev.espalier.experiment.sanity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CutShapesTest {
  private static OnnxModel linear(int outputs, float value) {
    float[] weights = new float[2 * outputs];
    java.util.Arrays.fill(weights, value);
    return new OnnxBuilder("linear")
        .input("x", -1, 2)
        .output("y", -1, outputs)
        .initializer("l.weight", new int[] {outputs, 2}, weights)
        .node("Gemm", "/l/Gemm", List.of("x", "l.weight"), "y", Map.of("transB", 1L))
        .build();
  }

  @Test
  void aModelHasItsOwnShapes() {
    assertEquals("", CutShapes.problem(linear(3, 1), linear(3, 2)));
  }

  @Test
  void anotherWidthAndNumbersThatAreNotFiniteAreProblems() {
    assertEquals("y is [1, 2], not [1, 3]", CutShapes.problem(linear(3, 1), linear(2, 1)));
    assertEquals("y is not finite", CutShapes.problem(linear(3, 1), linear(3, Float.NaN)));
  }

  @Test
  void whatOnnxRuntimeRefusesIsAProblem() {
    OnnxModel wrong =
        new OnnxBuilder("wrong")
            .input("x", -1, 2)
            .output("y", -1, 3)
            .initializer("l.weight", new int[] {3, 5}, new float[15])
            .node("Gemm", "/l/Gemm", List.of("x", "l.weight"), "y", Map.of("transB", 1L))
            .build();
    assertTrue(CutShapes.problem(linear(3, 1), wrong).contains("ONNX Runtime"));
  }
}

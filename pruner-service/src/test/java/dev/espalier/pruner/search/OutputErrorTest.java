package dev.espalier.pruner.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.runtime.Inputs;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class OutputErrorTest {
  private static List<Map<String, Value>> data(OnnxModel model, int batches, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Map<String, Value>> data = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      data.add(Inputs.random(model, Inputs.shapes(model, 1 + random.nextInt(4)), random));
    }
    return data;
  }

  private static double plain(OnnxModel original, OnnxModel other, List<Map<String, Value>> data) {
    double distance = 0;
    double norm = 0;
    try (Session f = Session.open(original);
        Session g = Session.open(other)) {
      for (Map<String, Value> inputs : data) {
        Map<String, Value> a = f.run(inputs);
        Map<String, Value> b = g.run(inputs);
        for (String name : a.keySet()) {
          for (int i = 0; i < a.get(name).elements().length; i++) {
            double expected = a.get(name).elements()[i];
            distance += Math.pow(expected - b.get(name).elements()[i], 2);
            norm += Math.pow(expected, 2);
          }
        }
      }
    }
    return Math.sqrt(distance) / Math.sqrt(norm);
  }

  @Test
  void isTheDistanceOverTheNorm() {
    for (long seed = 0; seed < 30; seed++) {
      Searched searched = Searched.network(seed);
      OnnxModel original = searched.traced().model();
      List<Map<String, Value>> data = data(original, 5, seed);
      OutputError error = new OutputError(original, data);
      assertEquals(0, error.of(original), "seed " + seed);
      for (int steps : new int[] {searched.steps() / 3, searched.steps()}) {
        OnnxModel model = searched.model(steps);
        double expected = plain(original, model, data);
        assertEquals(expected, error.of(model), 1e-9 * expected, "seed " + seed);
      }
    }
  }

  /** y = factor x, and an integer output that does not count. */
  private static OnnxModel times(float factor) {
    return new OnnxBuilder("times")
        .input("x", 1, 2)
        .initializer("w", new int[] {1}, new float[] {factor})
        .node("Mul", "/mul", List.of("x", "w"), "y")
        .node("Cast", "/cast", List.of("y"), "n", Map.of("to", ElementType.INT64.code()))
        .output("y", 1, 2)
        .output("n", ElementType.INT64, 1, 2)
        .build();
  }

  private static Map<String, Value> input(double... elements) {
    return Map.of("x", new Value(ElementType.FLOAT, new long[] {1, 2}, elements));
  }

  @Test
  void knownByHeart() {
    OutputError error = new OutputError(times(2), List.of(input(3, 4), input(0, 12)));
    assertEquals(0.5, error.of(times(1)));
    assertEquals(2, error.of(times(-2)));
    assertFalse(Double.isFinite(error.of(times(Float.POSITIVE_INFINITY))));
  }

  @Test
  void outputsThatAreNotFiniteOrAllZeroAreRefused() {
    OnnxException e =
        assertThrows(
            OnnxException.class,
            () -> new OutputError(times(Float.MAX_VALUE), List.of(input(3, 4))));
    assertTrue(e.getMessage().contains("\"y\""), e.getMessage());
    e = assertThrows(OnnxException.class, () -> new OutputError(times(0), List.of(input(3, 4))));
    assertTrue(e.getMessage().startsWith("calibration"), e.getMessage());
  }

  /** Those of a row that are above a threshold. */
  private static OnnxModel above(float threshold) {
    return new OnnxBuilder("above")
        .input("x", 1, 2)
        .initializer("t", new int[] {1}, new float[] {threshold})
        .node("Greater", "/greater", List.of("x", "t"), "c")
        .initializer(Tensor.of("flat", new int[] {1}, new long[] {-1}))
        .node("Reshape", "/reshape", List.of("c", "flat"), "f")
        .node("Compress", "/compress", List.of("x", "f"), "y")
        .output("y", -1)
        .build();
  }

  @Test
  void anOutputOfAnotherShapeIsInfinitelyFarOff() {
    OutputError error = new OutputError(above(0), List.of(input(3, 4)));
    assertEquals(0, error.of(above(0)));
    assertEquals(Double.POSITIVE_INFINITY, error.of(above(3.5f)));
  }

  @Test
  void interruptionEndsIt() {
    OutputError error = new OutputError(times(2), List.of(input(3, 4)));
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> error.of(times(1)));
    assertTrue(Thread.interrupted());
  }
}

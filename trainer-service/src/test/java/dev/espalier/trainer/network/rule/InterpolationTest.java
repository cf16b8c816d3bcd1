package dev.espalier.trainer.network.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {
  /** The places 0, 0.25, 0.5, 0.75, 1, ... 1.75 among the elements 0 and 1. */
  @ParameterizedTest
  @CsvSource({
    "round_prefer_floor, 0 0 0 1 1 1 1 1",
    "round_prefer_ceil,  0 0 1 1 1 1 1 1",
    "floor,              0 0 0 0 1 1 1 1",
    "ceil,               0 1 1 1 1 1 1 1",
    "simple,             0 0 0 0 1 1 1 1"
  })
  void nearestElementIsByTheMode(String mode, String expected) {
    assertArrayEquals(longs(expected), nearest("asymmetric", mode, 2, 8, 4));
  }

  /** Before version 11, what becomes smaller is rounded up: the places 0, 2.5 and 5. */
  @ParameterizedTest
  @CsvSource({"simple, 0 3 5", "round_prefer_floor, 0 2 5", "round_prefer_ceil, 0 3 5"})
  void halvesAreByTheMode(String mode, String expected) {
    assertArrayEquals(longs(expected), nearest("asymmetric", mode, 7, 3, 0.4f));
  }

  /** Where ONNX puts the elements of an output of 4 in an input of 2, to the next below. */
  @ParameterizedTest
  @CsvSource({
    "half_pixel, 0 0 0 1",
    "pytorch_half_pixel, 0 0 0 1",
    "tf_half_pixel_for_nn, 0 0 1 1",
    "align_corners, 0 0 0 1",
    "asymmetric, 0 0 1 1"
  })
  void placesAreByTheTransformation(String transformation, String expected) {
    assertArrayEquals(longs(expected), nearest(transformation, "floor", 2, 4, 2));
  }

  private static long[] nearest(String transformation, String mode, int in, int out, float scale) {
    Interpolation interpolation =
        new Interpolation("nearest", transformation, mode, -0.75, false, false);
    return interpolation.taps(in, out, scale, 0, 1).indices()[0];
  }

  private static long[] longs(String text) {
    return Stream.of(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }
}

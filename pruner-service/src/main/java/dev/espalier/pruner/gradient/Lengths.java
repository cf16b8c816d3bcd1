package dev.espalier.pruner.gradient;

import java.util.Arrays;
import java.util.stream.LongStream;

/** Small helpers over shapes. */
final class Lengths {
  private Lengths() {}

  static long product(long[] lengths) {
    return Arrays.stream(lengths).reduce(1, (a, b) -> a * b);
  }

  static long[] ones(int count) {
    return LongStream.generate(() -> 1).limit(count).toArray();
  }

  static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  static long[] concat(long first, long second, long[] rest) {
    return LongStream.concat(LongStream.of(first, second), Arrays.stream(rest)).toArray();
  }
}

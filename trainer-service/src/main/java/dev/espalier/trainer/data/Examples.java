package dev.espalier.trainer.data;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Things of one shape that can be read one by one. */
public interface Examples {
  /** How many there are. */
  int count();

  /** Shape of one; empty where it is a single number. */
  int[] shape();

  /** Whether the numbers are integers, such as classes or tokens. */
  boolean integers();

  /**
   * Appends one to a buffer as floats.
   *
   * @param index from 0
   */
  void copy(int index, FloatBuffer target);

  /**
   * Appends one to a buffer as whole numbers; fractions are cut off.
   *
   * @param index from 0
   */
  void copy(int index, LongBuffer target);

  /** Adds shape and content to a digest. */
  void update(MessageDigest digest);

  /** Numbers of one. */
  default int size() {
    int size = 1;
    for (int dim : shape()) {
      size = Math.multiplyExact(size, dim);
    }
    return size;
  }

  /** The indices 0 to count - 1. */
  static int[] order(int count) {
    return IntStream.range(0, count).toArray();
  }

  /** The indices 0 to count - 1 in a random order. */
  static int[] shuffled(int count, SplittableRandom random) {
    int[] order = order(count);
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }
}

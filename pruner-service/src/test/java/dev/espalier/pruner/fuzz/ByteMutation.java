package dev.espalier.pruner.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages a file's bytes. */
final class ByteMutation {
  private ByteMutation() {}

  static byte[] apply(byte[] file, SplittableRandom random) {
    byte[] bytes = file.clone();
    for (int i = random.nextInt(3); i >= 0 && bytes.length > 1; i--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(40));
      switch (random.nextInt(8)) {
        case 0 -> bytes = Arrays.copyOf(bytes, at);
        case 1 -> bytes = spliced(bytes, at, at, random(length, random));
        case 2 -> bytes = spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
        case 3 -> bytes = spliced(bytes, at, at + length, new byte[0]);
        case 4 -> bytes[at] = (byte) random.nextInt(256);
        default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return bytes;
  }

  private static byte[] random(int length, SplittableRandom random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
    byte[] made = Arrays.copyOf(bytes, bytes.length - (to - from) + instead.length);
    System.arraycopy(instead, 0, made, from, instead.length);
    System.arraycopy(bytes, to, made, from + instead.length, bytes.length - to);
    return made;
  }
}

package dev.espalier.trainer.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.npz.NpyArray;
import dev.espalier.onnx.ElementType;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Some of the samples of an array.
 *
 * @param array the array, samples on its first axis
 * @param from the first of them
 * @param to one more than the last
 */
record NpyExamples(NpyArray array, int from, int to) implements Examples {
  @Override
  public int count() {
    return to - from;
  }

  @Override
  public int[] shape() {
    long[] shape = array.shape();
    return Arrays.stream(shape, 1, shape.length).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public int size() {
    return array.each();
  }

  @Override
  public boolean integers() {
    return switch (array.type()) {
      case FLOAT, DOUBLE, FLOAT16 -> false;
      default -> true;
    };
  }

  @Override
  public void copy(int index, FloatBuffer target) {
    int size = array.each();
    int at = (from + index) * size;
    if (array.type() == ElementType.FLOAT) {
      int bytes = size * Float.BYTES;
      FloatBuffer floats =
          array.bytes().slice(at * Float.BYTES, bytes).order(array.bytes().order()).asFloatBuffer();
      target.put(floats);
      return;
    }
    for (int i = 0; i < size; i++) {
      target.put((float) array.element(at + i));
    }
  }

  @Override
  public void copy(int index, LongBuffer target) {
    int size = array.each();
    int at = (from + index) * size;
    for (int i = 0; i < size; i++) {
      target.put((long) array.element(at + i));
    }
  }

  @Override
  public void update(MessageDigest digest) {
    digest.update(
        (array.type() + Arrays.toString(shape()) + "x" + count() + array.bytes().order() + ";")
            .getBytes(UTF_8));
    int width = array.each() * array.type().bytes();
    digest.update(array.bytes().slice(from * width, count() * width));
  }
}
